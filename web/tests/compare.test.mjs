// The same requests under several controllers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, assertAccessible, desktop, phone, setUp, start } from "./harness.mjs";

setUp();

const three = "#controller=kubernetes&controller=ingress-nginx&set.version=1.15.1&set.watch-ingress-without-class=true&controller=traefik&view=compare";
const rows = (page) => page.locator(".compare tbody tr");
const table = (page) => page.getByRole("table", { name: "Answers by controller" });
const cell = (page, row, column) => rows(page).nth(row).getByRole("cell").nth(column);

test("answers stand side by side, and what differs is said in words", async (t) => {
  const { page } = await start(t, { hash: three });
  assert.equal(await rows(page).count(), 5);
  assert.deepEqual(await table(page).getByRole("columnheader").locator("select").evaluateAll((all) => all.map((s) => s.value)),
    ["kubernetes", "ingress-nginx", "traefik"]);
  await page.getByText("watch-ingress-without-class=true").waitFor();
  await page.getByText("5 requests, 1 differs").waitFor();
  // Traefik takes /foo as the start of a text.
  assert.match(await cell(page, 2, 2).innerText(), /default\/s1:80[\s\S]*≠ kind of answer/);
  assert.match(await cell(page, 2, 1).innerText(), /404 Not Found/);
  assert.equal(await page.locator(".compare-differs").count(), 1);
  assert.equal(await table(page).getByRole("rowheader").first().innerText(), "http://foo.bar.com/foo");
});

test("differences only", async (t) => {
  const { page } = await start(t, { hash: three });
  await page.getByLabel("Differences only").check();
  await page.waitForFunction(() => document.querySelectorAll(".compare tbody tr").length === 1);
  assert.match(await rows(page).first().innerText(), /foobar/);
  await page.getByLabel("Controller 3").selectOption("kubernetes");
  await page.getByText("No answer differs.").waitFor();
});

test("a click on a cell lets that controller answer, to that request", async (t) => {
  const { page } = await start(t, { hash: three });
  await cell(page, 2, 2).getByRole("button").click();
  assert.equal(await page.getByLabel("Answers as").inputValue(), "traefik");
  const why = page.getByRole("region", { name: "Why" });
  await why.getByText('Host("foo.bar.com") && PathPrefix("/foo")').first().waitFor();
  await why.getByText("/foobar").first().waitFor();
  assert.equal(await cell(page, 2, 2).getByRole("button").getAttribute("aria-pressed"), "true");
  await page.waitForFunction(() => location.hash.includes("answering=3"));
  // The settings are those of the controller that answers.
  await page.locator("summary", { hasText: "Settings" }).click();
  await page.getByLabel("strictPrefixMatching").selectOption("true");
  await page.getByText("5 requests, the same answers").waitFor();
});

test("controllers come and go, and are remembered", async (t) => {
  const { page } = await start(t);
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await page.getByText("Add a controller to compare with.").waitFor();
  const add = page.getByRole("button", { name: "Controller", exact: true });
  for (let n = 0; n < 5; n++) await add.click();
  assert.equal(await page.locator(".compare thead select").count(), 6);
  assert.ok(await add.isDisabled());
  await table(page).getByRole("button", { name: /^Remove/ }).nth(5).click();
  await table(page).getByRole("button", { name: /^Remove/ }).first().click();
  await page.reload();
  await page.locator(".compare thead select").nth(3).waitFor();
  assert.equal(await page.locator(".compare thead select").count(), 4);
  await page.getByLabel("Controller 2").selectOption("traefik");
  assert.equal(await page.getByLabel("Controller 2").inputValue(), "traefik");
});

test("what is no request is no row of answers", async (t) => {
  const { page } = await start(t, { hash: three });
  await page.getByLabel("Request", { exact: true }).first().fill("http://a b");
  await rows(page).first().getByText("not a request").waitFor();
});

test("everything is done by keyboard alone", async (t) => {
  const { page } = await start(t, { hash: three });
  await page.getByLabel("Controller 1").focus();
  const at = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.dataset.cell ?? "");
  const seen = [];
  for (let i = 0; i < 12; i++) {
    seen.push(await at());
    await page.keyboard.press("Tab");
  }
  assert.deepEqual(seen.slice(0, 9), [
    "Controller 1", "Remove Kubernetes API",
    "Controller 2", "Remove ingress-nginx", "let it answer: ingress-nginx",
    "Controller 3", "Remove Traefik 3.7", "let it answer: Traefik 3.7",
    seen[8],
  ]);
  assert.match(seen[8], /^0:\d+$/);
  await page.locator("[data-cell^='2:']").nth(2).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.getByLabel("Answers as").inputValue(), "traefik");
  assert.match(await at(), /^2:/, "the focus stays where it was");
});

test("on a phone each request is a card that names its controllers", async (t) => {
  const { page } = await start(t, { viewport: phone, hasTouch: true, isMobile: true, hash: three });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  const card = rows(page).nth(2);
  assert.match(await card.innerText(), /foobar[\s\S]*Kubernetes API[\s\S]*404[\s\S]*ingress-nginx[\s\S]*404[\s\S]*Traefik 3\.7[\s\S]*default\/s1:80/);
  const boxes = await card.getByRole("cell").evaluateAll((all) => all.map((c) => c.getBoundingClientRect().top));
  assert.deepEqual(boxes, [...boxes].sort((a, b) => a - b));
  assert.equal(new Set(boxes).size, 3, "one below the other");
  await cell(page, 2, 2).getByRole("button").tap();
  assert.equal(await page.getByLabel("Answers as").inputValue(), "traefik");
});

for (const [device, viewport] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`what axe can tell of WCAG AA holds: ${device}, ${colorScheme}`, async (t) => {
      const { page } = await start(t, { viewport, colorScheme, hash: three });
      await page.locator(".compare-differs").waitFor();
      await assertAccessible(page);
      await page.getByLabel("Differences only").check();
      await page.getByLabel("Controller 3").selectOption("kubernetes");
      await page.getByText("No answer differs.").waitFor();
      await assertAccessible(page);
    });
  }
}
