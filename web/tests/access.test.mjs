// The keyboard alone, no motion, a phone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { phone, setUp, start } from "./harness.mjs";

setUp();

test("everything can be reached and done by keyboard alone", async (t) => {
  const { page, editor } = await start(t);
  await editor.content.waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  const seen = new Set();
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => {
      const e = document.activeElement;
      return e === document.body ? "" : `${e.tagName} ${e.className?.baseVal ?? e.className} ${e.getAttribute("aria-label") ?? ""}`;
    });
    seen.add(name);
  }
  const all = [...seen].join("\n");
  for (const wanted of [/SELECT/, /ask-text/, /ask-answer/, /New request/, /node/, /rule-jump/, /problem-jump/, /cm-content/]) {
    assert.match(all, wanted);
  }
});

test("nothing moves for those who want no motion", async (t) => {
  const { page } = await start(t, { reducedMotion: "reduce" });
  const moving = () => page.evaluate(() => document.getAnimations().length);
  assert.equal(await moving(), 0);
  const lively = await start(t, { reducedMotion: "no-preference" });
  assert.ok((await lively.page.evaluate(() => document.getAnimations().length)) > 0);
});

test("on a phone nothing is wider than the screen, and the places follow one another", async (t) => {
  const { page } = await start(t, { viewport: phone, hasTouch: true, isMobile: true });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  const tops = await page.locator("main > section").evaluateAll((all) => all.map((s) => s.getBoundingClientRect().top));
  assert.deepEqual(tops, [...tops].sort((a, b) => a - b));
  await page.getByRole("navigation").getByRole("button", { name: "Manifests" }).tap();
  await page.waitForFunction(() => document.querySelector("#manifests").getBoundingClientRect().top < innerHeight / 2);
});
