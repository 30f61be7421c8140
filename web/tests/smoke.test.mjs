// The site starts. That it neither complains nor calls out is checked by the harness in every test.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, desktop, open, phone, setUp } from "./harness.mjs";

setUp();

test("the page starts, with its editor", async (t) => {
  const { page, editor } = await open(t);
  await editor.content.waitFor();
  assert.match(await page.title(), /Portolan/);
});

test("the page fits a phone: nothing is wider than the screen", async (t) => {
  const { page, editor } = await open(t, { viewport: phone, hasTouch: true, isMobile: true });
  await editor.content.waitFor();
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overhang <= 0, `the page is ${overhang} px too wide`);
});

for (const [name, viewport] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`what axe can tell of WCAG AA holds: ${name}, ${colorScheme}`, async (t) => {
      const { page, editor } = await open(t, { viewport, colorScheme });
      await editor.content.waitFor();
      await assertAccessible(page);
    });
  }
}
