// The chart: its links to the text, its keys, its list, its size.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, phone, setUp, start } from "./harness.mjs";

setUp();

/** Waits until the text selected in the editor holds this. */
async function selected(editor, text) {
  await editor.content.evaluate(async (node, text) => {
    const { view } = node.cmTile;
    const holds = () => view.state.sliceDoc(view.state.selection.main.from, view.state.selection.main.to).includes(text);
    for (let waits = 0; waits < 200 && !holds(); waits++) await new Promise((resolve) => setTimeout(resolve, 50));
    if (!holds()) throw new Error(`the selection has no ${text}`);
  }, text);
}

test("the chart leads to the text, and the text to the chart", async (t) => {
  const { page, editor } = await start(t);
  await editor.content.waitFor();
  await page.locator(".node", { hasText: "s2" }).first().click();
  await page.getByRole("tab", { name: "services.yaml", selected: true }).waitFor();
  await selected(editor, "s2");
  await page.getByRole("tab", { name: "ingress.yaml", exact: true }).click();
  await editor.typeAfter("path: /bar", "");
  await page.locator(".node.here", { hasText: "/bar" }).waitFor();
});

test("a losing rule leads to its line", async (t) => {
  const { page, editor } = await start(t);
  await editor.content.waitFor();
  await page.locator(".rule.lost .rule-jump").first().click();
  await selected(editor, "/bar");
  assert.ok(await editor.content.evaluate((node) => node.contains(document.activeElement)));
});

test("the course is lit, and follows the chosen request", async (t) => {
  const { page } = await start(t);
  const lit = () => page.locator(".node.lit .node-title").allTextContents();
  assert.ok((await lit()).includes("s1"));
  await page.locator(".ask-answer").nth(2).click();
  await page.locator(".node.lit", { hasText: "404" }).waitFor();
  assert.ok(!(await lit()).includes("s1"));
});

test("the chart can be walked with the arrow keys", async (t) => {
  const { page } = await start(t);
  const label = () => page.evaluate(() => document.activeElement.querySelector("title").textContent);
  await page.locator(".node[tabindex='0']").focus();
  assert.match(await label(), /^Client/);
  for (const [key, layer] of [["ArrowRight", /^Floating IP/], ["ArrowRight", /^Load balancer/], ["ArrowRight", /^Nodes/], ["ArrowRight", /^Controller/], ["ArrowRight", /^Host/]]) {
    await page.keyboard.press(key);
    assert.match(await label(), layer);
  }
  await page.keyboard.press("ArrowRight");
  const rule = await label();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.match(await label(), /^Rule/);
  assert.match(rule, /^Rule/);
});

test("the list view is a tree with the same course", async (t) => {
  const { page } = await start(t);
  await page.getByRole("button", { name: "List", exact: true }).click();
  const tree = page.getByRole("tree");
  await tree.getByRole("treeitem", { selected: true }).first().waitFor();
  assert.match(await tree.innerText(), /foo\.bar\.com[\s\S]*\/foo[\s\S]*default\/s1[\s\S]*on the course/);
  await tree.locator("[tabindex='0']").focus();
  await page.keyboard.press("ArrowDown");
  assert.match(await page.evaluate(() => document.activeElement.innerText), /^hop 1/);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowDown");
  assert.match(await page.evaluate(() => document.activeElement.innerText), /^Client/);
  const lines = await tree.getByRole("treeitem").count();
  await page.keyboard.press("ArrowLeft");
  assert.ok((await tree.getByRole("treeitem").count()) < lines / 2);
  await page.keyboard.press("ArrowRight");
  assert.equal(await tree.getByRole("treeitem").count(), lines);
});

test("a thousand paths stay usable", async (t) => {
  const { page, editor } = await start(t);
  await editor.content.waitFor();
  const paths = Array.from({ length: 1000 }, (_, i) =>
    `      - {path: /p${i}, pathType: Prefix, backend: {service: {name: s${i % 9}, port: {number: 80}}}}`);
  const head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: many}\nspec:\n  rules:\n  - host: foo.bar.com\n    http:\n      paths:\n";
  await editor.write(head + paths.join("\n") + "\n");
  await page.getByLabel("Request", { exact: true }).first().fill("http://foo.bar.com/p777/x");
  await answered(page, 0, "503 Service Unavailable");
  await page.locator(".node.lit", { hasText: "/p777" }).waitFor();
  assert.ok((await page.locator(".node").count()) < 60);
  await page.locator(".node.more").first().click();
  await page.locator(".node").nth(80).waitFor();
});

/** Where the chart's pane is, where the names of its layers are, and where the boxes are. */
function seen(page) {
  return page.evaluate(() => {
    const rect = (element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { text: element.textContent, left, top, right, bottom };
    };
    const all = (selector) => [...document.querySelectorAll(selector)].map(rect);
    const pane = document.querySelector(".chart-scroll");
    return {
      pane: rect(pane),
      scrolled: { aside: pane.scrollLeft, down: pane.scrollTop },
      names: all(".layer-names span"),
      boxes: all(".node-box"),
      course: all(".node.lit"),
    };
  });
}

const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

for (const colorScheme of ["light", "dark"]) {
  test(`on a phone the layers' names stay in sight beside the boxes, ${colorScheme}`, async (t) => {
    const { page } = await start(t, { viewport: phone, hasTouch: true, isMobile: true, colorScheme });
    await page.locator(".node.lit", { hasText: "s1" }).first().waitFor();
    const pane = page.locator(".chart-scroll");
    const most = await pane.evaluate((pane) => pane.scrollWidth - pane.clientWidth);
    assert.ok(most > 20, "the chart is wider than the phone");
    for (const aside of [0, most / 2, most]) {
      await pane.evaluate((pane, aside) => (pane.scrollLeft = aside), aside);
      const { pane: around, names, boxes } = await seen(page);
      assert.deepEqual(
        names.map((name) => name.text),
        ["Client", "Floating IP", "Load balancer", "Nodes", "Controller", "Host", "Rule", "Service or answer", "Pods"],
      );
      for (const name of names) {
        assert.ok(name.left >= around.left && name.right <= around.right, `${name.text} is cut off at ${aside}`);
        assert.ok(!boxes.some((box) => meet(name, box)), `${name.text} covers a box at ${aside}`);
      }
    }
  });
}

test("on a phone a course that has no room is shown from where it begins", async (t) => {
  const { page } = await start(t, { viewport: phone, hasTouch: true, isMobile: true });
  await page.locator(".node.lit", { hasText: "client" }).first().waitFor();
  const { pane, course } = await seen(page);
  const client = course.reduce((a, b) => (a.top < b.top ? a : b));
  assert.match(client.text, /client/);
  assert.ok(client.top >= pane.top && client.bottom <= pane.bottom, "the client is in sight");
  assert.ok(course.some((box) => box.bottom > pane.bottom), "and the end has no room");
});

test("on a wide screen the layers' names stay over a chart that is scrolled down, and off its course", async (t) => {
  const { page, editor } = await start(t);
  await editor.content.waitFor();
  const atRest = await seen(page);
  assert.equal(atRest.names.length, 9);
  assert.ok(!atRest.names.some((name) => atRest.boxes.some((box) => meet(name, box))), "a name covers a box");
  const paths = Array.from({ length: 20 }, (_, i) =>
    `      - {path: /p${i}, pathType: Exact, backend: {service: {name: s${i}, port: {number: 80}}}}`);
  const head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: many}\nspec:\n  rules:\n  - host: foo.bar.com\n    http:\n      paths:\n";
  await editor.write(head + paths.join("\n") + "\n");
  await page.getByLabel("Request", { exact: true }).first().fill("http://foo.bar.com/p9");
  await page.locator(".node.lit", { hasText: "/p9" }).waitFor();
  /** Puts a box at the upper edge of the pane, under the names. */
  const cover = (id) => page.evaluate((id) => {
    const pane = document.querySelector(".chart-scroll");
    const box = document.querySelector(`.node[data-id="${id}"]`);
    pane.scrollTop += box.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  }, id);
  const covered = async (id) => {
    const { names } = await seen(page);
    const box = await page.locator(`.node[data-id="${id}"]`).evaluate((box) => box.getBoundingClientRect().top);
    return names.some((name) => box < name.bottom);
  };
  await cover("client");
  const { pane, scrolled, names } = await seen(page);
  assert.ok(scrolled.down > 20, "the chart is higher than its pane");
  for (const name of names) {
    assert.ok(name.top >= pane.top && name.bottom < pane.top + 40, `${name.text} is not at the top`);
  }
  assert.ok(await covered("client"));
  // What the course is followed to, and what the keyboard goes to, comes out from under them.
  await page.getByRole("button", { name: "Next hop" }).click();
  await page.locator('.node.now[data-id="client"]').waitFor();
  assert.ok(!(await covered("client")), "the packet is under the names");
  await cover("client");
  await page.locator('.node[data-id="client"]').press("Home");
  assert.ok(!(await covered("client")), "the focus is under the names");
});
