// The editor bundle by itself, through the functions that the page calls.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { open, phone, setUp } from "./harness.mjs";

setUp();

const bundle = await readFile(new URL("../js/editor.js", import.meta.url), "utf8");

const blank = `<!doctype html><html lang="en"><title>Editor</title>
<style>:root { --editor-ink: rgb(1, 2, 3) } .other { --editor-ink: rgb(4, 5, 6) }</style>
<main><button>before</button><div id="place" style="height: 300px; width: 300px"></div><button>after</button></main>
<script type="module">
import * as editor from "./editor.js";
const heard = { changes: [], cursors: [], fixes: [] };
const mount = (text) => editor.mount(place, text, "Manifests",
  (text) => heard.changes.push(text), (at) => heard.cursors.push(at), (fix) => heard.fixes.push(fix));
Object.assign(window, { editor, heard, mount, handle: mount("kind: Ingress\\nname: a\\n") });
</script>`;

/** Opens a page that holds an editor and nothing else. */
async function openEditor(t, options = {}) {
  const site = await open(t, {
    ...options,
    prepare: async (page) => {
      await page.route("**/portolan/", (route) => route.fulfill({ contentType: "text/html", body: blank }));
      await page.route("**/editor.js", (route) => route.fulfill({ contentType: "text/javascript", body: bundle }));
    },
  });
  await site.page.waitForFunction(() => window.handle === 1);
  const call = (name, ...rest) =>
    site.page.evaluate(([name, rest]) => window.editor[name](window.handle, ...rest), [name, rest]);
  const heard = (what) => site.page.evaluate((what) => window.heard[what], what);
  return { ...site, call, heard };
}

const problem = {
  from: 6,
  to: 13,
  severity: "error",
  message: "There is no kind `Ingress` here.",
  help: "Write another.",
  code: "PX001",
  fixes: [{ title: "Make it a Service", edits: [{ from: 6, to: 13, text: "Service" }] }],
};

test("typing is reported, once for each step, with the cursor", async (t) => {
  const { page, editor, heard } = await openEditor(t);
  await editor.typeAfter("name: a", "bc");
  assert.equal(await editor.text(), "kind: Ingress\nname: abc\n");
  assert.deepEqual((await heard("changes")).at(-1), "kind: Ingress\nname: abc\n");
  assert.equal((await heard("cursors")).at(-1), 23);
  await page.keyboard.type("d");
  assert.equal((await heard("changes")).length, 2);
});

test("text set by the page is not reported, and can be undone", async (t) => {
  const { page, call, heard, editor } = await openEditor(t);
  await call("set_text", "kind: Service\nname: a\n");
  assert.deepEqual(await heard("changes"), []);
  await editor.content.focus();
  await page.keyboard.press("ControlOrMeta+z");
  assert.equal(await editor.text(), "kind: Ingress\nname: a\n");
  assert.deepEqual(await heard("changes"), ["kind: Ingress\nname: a\n"]);
});

test("each file keeps its undo history and its scroll position", async (t) => {
  const { page, call, editor } = await openEditor(t);
  const long = "line: 1\n".repeat(200);
  await call("open_file", "a.yaml", long);
  await editor.typeAfter("line: 1", "23");
  await call("reveal", long.length, long.length);
  const scroller = page.locator(".cm-scroller");
  // The editor measures before it scrolls.
  await page.waitForFunction(() => document.querySelector(".cm-scroller").scrollTop > 1000);
  const scrolled = await scroller.evaluate((node) => node.scrollTop);
  await call("open_file", "b.yaml", "b: 1\n");
  assert.equal(await editor.text(), "b: 1\n");
  await page.keyboard.press("ControlOrMeta+z");
  assert.equal(await editor.text(), "b: 1\n", "b's history is its own");
  await call("open_file", "a.yaml", long.replace("line: 1", "line: 123"));
  await page.waitForFunction((top) => Math.abs(document.querySelector(".cm-scroller").scrollTop - top) < 40, scrolled);
  await editor.content.focus();
  await page.keyboard.press("ControlOrMeta+z");
  assert.equal(await editor.text(), long);
  await call("close_file", "b.yaml");
  await call("open_file", "b.yaml", "b: 2\n");
  assert.equal(await editor.text(), "b: 2\n");
});

test("a problem is underlined and explained, and its fix is one undoable step", async (t) => {
  const { page, call, heard, editor } = await openEditor(t);
  await call("set_diagnostics", JSON.stringify([problem]));
  const underlined = page.locator(".cm-lintRange-error");
  assert.equal(await underlined.textContent(), "Ingress");
  assert.match(await underlined.evaluate((node) => getComputedStyle(node).textDecorationStyle), /wavy/);
  await page.locator(".cm-lint-marker-error").waitFor();
  await underlined.hover();
  await page.getByText("Write another.").waitFor();
  await page.getByRole("button", { name: "Make it a Service" }).click();
  assert.equal(await editor.text(), "kind: Service\nname: a\n");
  assert.deepEqual(await heard("fixes"), ['{"code":"PX001","title":"Make it a Service"}']);
  await page.keyboard.press("ControlOrMeta+z");
  assert.equal(await editor.text(), "kind: Ingress\nname: a\n");
});

test("a fix moves with the text above it, and is dropped when its place was typed over", async (t) => {
  const { page, call, editor } = await openEditor(t);
  const later = { ...problem, from: 20, to: 21, fixes: [{ title: "Rename", edits: [{ from: 20, to: 21, text: "z" }] }] };
  const offer = async () => {
    await page.mouse.move(0, 0);
    await page.locator(".cm-lintRange-error").hover();
    return page.getByRole("button", { name: "Rename" });
  };
  await call("set_diagnostics", JSON.stringify([later]));
  await editor.typeAfter("kind: ", "My");
  await (await offer()).click();
  assert.equal(await editor.text(), "kind: MyIngress\nname: z\n");

  await call("set_text", "kind: Ingress\nname: abc\n");
  await call("set_diagnostics", JSON.stringify([{ ...later, to: 23, fixes: [{ title: "Rename", edits: [{ from: 20, to: 23, text: "z" }] }] }]));
  await editor.typeAfter("name: a", "x");
  await (await offer()).click();
  assert.equal(await editor.text(), "kind: Ingress\nname: axbc\n");
});

test("problems can be walked and mended by keyboard alone", async (t) => {
  const { page, call, editor } = await openEditor(t);
  await call("set_diagnostics", JSON.stringify([problem]));
  await editor.content.focus();
  await page.keyboard.press("ControlOrMeta+Shift+M");
  await page.locator(".cm-panel-lint").waitFor();
  // The panel takes the focus and selects the first problem; fixes bear a letter to press.
  await page.keyboard.press("m");
  await page.waitForFunction(() => document.querySelector(".cm-content").textContent.includes("Service"));
  assert.equal(await editor.text(), "kind: Service\nname: a\n");
});

test("Tab leaves the editor: the keyboard is not trapped", async (t) => {
  const { page, editor } = await openEditor(t);
  await page.getByRole("button", { name: "before" }).focus();
  await page.keyboard.press("Tab");
  assert.equal(await editor.content.evaluate((node) => node === document.activeElement), true);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "after");
});

test("highlights follow the text and leave the cursor alone", async (t) => {
  const { page, call, heard, editor } = await openEditor(t);
  await call("set_highlight", JSON.stringify([{ from: 14, to: 21, kind: "route" }]));
  assert.equal(await page.locator(".cm-line.cm-line-route").textContent(), "name: a");
  assert.equal(await page.locator(".cm-range-route").textContent(), "name: a");
  assert.deepEqual(await heard("cursors"), []);
  await editor.typeAfter("Ingress", "\n");
  assert.equal(await page.locator(".cm-line.cm-line-route").textContent(), "name: a");
  await call("set_highlight", "[]");
  assert.equal(await page.locator(".cm-line-route").count(), 0);
});

test("offsets outside of the text and unknown handles do no harm", async (t) => {
  const { page, call, editor } = await openEditor(t);
  await call("set_diagnostics", JSON.stringify([{ ...problem, from: -5, to: 9_999 }]));
  await call("set_highlight", JSON.stringify([{ from: 500, to: 2, kind: "a b<c" }]));
  await call("reveal", 700, 900);
  await page.evaluate(() => window.editor.set_text(99, "nobody"));
  assert.equal(await editor.text(), "kind: Ingress\nname: a\n");
});

test("what is no JSON is logged and goes no further", async (t) => {
  const { call, complaints } = await openEditor(t, { mayComplain: true });
  await call("set_diagnostics", "{");
  assert.equal(complaints.length, 1);
  assert.match(complaints[0], /editor/);
});

test("colours are the page's, at once, and a phone does not zoom in", async (t) => {
  const { page, editor } = await openEditor(t, { viewport: phone, hasTouch: true, isMobile: true });
  const style = (name) => editor.content.evaluate((node, name) => getComputedStyle(node)[name], name);
  assert.equal(await style("color"), "rgb(1, 2, 3)");
  await page.evaluate(() => document.documentElement.classList.add("other"));
  assert.equal(await style("color"), "rgb(4, 5, 6)");
  assert.equal(await style("fontSize"), "16px");
});

test("a destroyed editor is gone and silent", async (t) => {
  const { page, call, heard } = await openEditor(t);
  await call("destroy");
  assert.equal(await page.locator(".cm-editor").count(), 0);
  await call("set_text", "x");
  assert.deepEqual(await heard("changes"), []);
});
