// What a controller writes for its proxy: each line tied to its rule, the answering ones lit.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, assertAccessible, desktop, phone, setUp, start } from "./harness.mjs";

setUp();

const nginx = "#controller=ingress-nginx&set.version=1.15.1&set.watch-ingress-without-class=true&view=configuration";
const traefik = "#controller=traefik&view=configuration";
const lit = (page) => page.locator(".conf-line.lit .conf-text").allTextContents();
const selection = (editor) =>
  editor.content.evaluate((node) => {
    const { state } = node.cmTile.view;
    return state.sliceDoc(state.selection.main.from, state.selection.main.to);
  });

/** Waits until the text selected in the editor holds this. */
async function selected(page, editor, text) {
  for (let waits = 0; waits < 100 && !(await selection(editor)).includes(text); waits++) await page.waitForTimeout(50);
  assert.ok((await selection(editor)).includes(text), `the selection has no ${text}`);
}

test("the block that answers is lit, and follows the chosen request", async (t) => {
  const { page } = await start(t, { hash: nginx });
  await page.locator(".conf-line.lit").first().waitFor();
  assert.deepEqual((await lit(page)).map((l) => l.trim()), [
    'location = "/foo" {',
    'set $proxy_upstream_name "default-s1-80";',
    "proxy_pass http://upstream_balancer;",
    "}",
  ]);
  await page.locator(".ask-answer").nth(1).click();
  await page.locator(".conf-line.lit", { hasText: 'location = "/bar" {' }).waitFor();
  await page.locator(".ask-answer").nth(4).click();
  await page.waitForFunction(() => document.querySelectorAll(".conf-line.lit").length === 0);
});

test("Traefik's routers are shown with rule, priority and service", async (t) => {
  const { page } = await start(t, { hash: traefik });
  await page.locator(".conf-line.lit").first().waitFor();
  assert.deepEqual((await lit(page)).map((l) => l.trim()), [
    "default-test-foo-bar-com-foo:",
    "entryPoints: [web, websecure]",
    `rule: 'Host("foo.bar.com") && PathPrefix("/foo")'`,
    "priority: 41",
    "service: default-s1-80",
  ]);
  await page.getByText("5 answer the chosen request").waitFor();
});

test("a line leads to its rule by click, hover and keyboard", async (t) => {
  const { page, editor } = await start(t, { hash: traefik });
  await editor.content.waitFor();
  await page.locator(".conf-line", { hasText: "default-test-foo-bar-com-bar:" }).hover();
  await page.locator(".cm-line-hover, .cm-range-hover").first().waitFor();
  await page.locator(".conf-line", { hasText: "default-test-foo-bar-com-bar:" }).click();
  await selected(page, editor, "/bar");
  const list = page.getByRole("listbox", { name: "Traefik's dynamic configuration" });
  await list.focus();
  await page.keyboard.press("Home");
  const active = () => page.evaluate(() => {
    const id = document.activeElement.getAttribute("aria-activedescendant");
    return document.getElementById(id)?.innerText ?? "";
  });
  assert.match(await active(), /Routers in the order/);
  for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowDown");
  assert.match(await active(), /PathPrefix\("\/foo"\)/);
  await page.keyboard.press("Enter");
  await selected(page, editor, "/foo");
  assert.ok(await editor.content.evaluate((node) => node.contains(document.activeElement)));
});

test("a controller without a configuration says so", async (t) => {
  const { page } = await start(t);
  await page.getByRole("button", { name: "Configuration", exact: true }).click();
  await page.getByText("Kubernetes API writes no configuration for a proxy.").waitFor();
  await page.getByText("These do: ingress-nginx, Traefik 3.7").waitFor();
});

test("the way back to the chart keeps the keyboard focus", async (t) => {
  const { page } = await start(t);
  await page.getByRole("button", { name: "Compare", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".compare").waitFor();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Configuration" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.innerText), "Configuration");
});

test("a large configuration stays fast: only what is in view is in the page", async (t) => {
  const { page, editor } = await start(t, { hash: nginx });
  await editor.content.waitFor();
  const paths = Array.from({ length: 3000 }, (_, i) =>
    `      - {path: /p${i}, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}`);
  const head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: many}\nspec:\n  rules:\n  - host: foo.bar.com\n    http:\n      paths:\n";
  await editor.write(head + paths.join("\n") + "\n");
  await page.getByLabel("Request", { exact: true }).first().fill("http://foo.bar.com/p2777");
  await page.locator(".conf-line.lit", { hasText: 'location = "/p2777" {' }).waitFor();
  assert.ok((await page.locator(".conf-line").count()) < 120);
  const began = Date.now();
  await page.getByRole("listbox", { name: "nginx.conf" }).focus();
  await page.keyboard.press("End");
  await page.locator(".conf-line.active", { hasText: "}" }).waitFor();
  assert.ok(Date.now() - began < 3000);
  assert.ok((await page.locator(".conf-line").count()) < 120);
});

for (const [device, viewport] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`what axe can tell of WCAG AA holds: ${device}, ${colorScheme}`, async (t) => {
      const { page } = await start(t, { viewport, colorScheme, hash: nginx });
      await page.locator(".conf-line.lit").first().waitFor();
      await assertAccessible(page);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
      await page.getByLabel("Answers as").selectOption("kubernetes");
      await page.locator(".conf-none").waitFor();
      await assertAccessible(page);
    });
  }
}
