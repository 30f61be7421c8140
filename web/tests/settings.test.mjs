// The settings of a controller: fields of their kinds, remembered, and wrong where they are wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, assertAccessible, phone, setUp, start } from "./harness.mjs";

setUp();

const settings = (page) => page.locator("details", { has: page.locator("summary", { hasText: "Settings" }) });

test("flags and choices are lists, and change answers at once", async (t) => {
  const { page } = await start(t, { hash: "#controller=traefik" });
  await answered(page, 2, "default/s1:80");
  await settings(page).locator("summary").click();
  const field = page.getByLabel("strictPrefixMatching");
  assert.deepEqual(await field.locator("option").allTextContents(), ["default: false", "true", "false"]);
  await field.selectOption("true");
  await answered(page, 2, "404 Not Found");
  assert.equal(await settings(page).locator("summary").innerText(), "Settings (1)");
  const scheme = page.getByLabel("entryPoints.web.http.redirections.entryPoint.scheme");
  assert.deepEqual(await scheme.locator("option").allTextContents(), ["default: https", "http", "https"]);
  await page.reload();
  await answered(page, 2, "404 Not Found");
  await settings(page).locator("summary").click();
  await page.getByLabel("strictPrefixMatching").selectOption("");
  await answered(page, 2, "default/s1:80");
  assert.equal(await settings(page).locator("summary").innerText(), "Settings");
});

test("a wrong value is said to be wrong, at its field", async (t) => {
  const { page } = await start(t, { hash: "#controller=traefik" });
  await settings(page).locator("summary").click();
  const field = page.getByLabel("entryPoints.web.http.redirections.entryPoint.priority");
  await field.fill("high");
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  const about = await field.getAttribute("aria-describedby");
  assert.match(await page.locator(`[id="${about}"]`).innerText(), /does not take "high"; it takes a whole number/);
  await assertAccessible(page);
  await field.fill("7");
  assert.equal(await field.getAttribute("aria-invalid"), null);
});

test("settings that are stored, and no longer known, are shown and can be removed", async (t) => {
  const stored = {
    version: 1, files: [{ name: "a.yaml", text: "kind: A" }], front: 0, requests: ["http://h/"], chosen: 0,
    answerers: [{ controller: "traefik", settings: { gone: "1", allowEmptyServices: "maybe" } }], answering: 0,
  };
  const { page } = await start(t, {
    prepare: (page) =>
      page.addInitScript((text) => localStorage.setItem("portolan.work", text), JSON.stringify(stored)),
  });
  await settings(page).locator("summary").click();
  await settings(page).getByText('controller traefik has no setting "gone"').waitFor();
  const wrong = page.getByLabel("allowEmptyServices");
  assert.equal(await wrong.inputValue(), "maybe");
  assert.equal(await wrong.getAttribute("aria-invalid"), "true");
  await assertAccessible(page);
  await settings(page).getByRole("button", { name: "Remove" }).click();
  assert.equal(await settings(page).getByText('no setting "gone"').count(), 0);
  await wrong.selectOption("false");
  assert.equal(await settings(page).locator("[aria-invalid]").count(), 0);
});

test("every controller's settings are accessible and fit a phone", async (t) => {
  const { page } = await start(t, { viewport: phone, hasTouch: true, isMobile: true });
  const names = await page.getByLabel("Answers as").locator("option").evaluateAll((all) => all.map((o) => o.value));
  assert.ok(names.length >= 5);
  for (const name of names) {
    await page.getByLabel("Answers as").selectOption(name);
    if ((await settings(page).getAttribute("open")) === null) await settings(page).locator("summary").click();
    assert.ok((await settings(page).locator(".setting").count()) > 0, name);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, name);
    await assertAccessible(page);
  }
});
