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

for (const way of ["task", "promise"]) {
  test(`a trap of the page's program in a ${way} is confessed, with two ways out`, async (t) => {
    const { page, complaints } = await open(t, { mayComplain: true });
    assert.ok(await page.locator("#trouble").isHidden());
    await page.evaluate((way) => {
      // The smallest program that traps: one function, exported as "f", of one instruction.
      const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11];
      const { f } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports;
      if (way === "task") setTimeout(f);
      else Promise.resolve().then(f);
    }, way);
    await page.locator("#trouble").getByText("unreachable").waitFor();
    await page.getByRole("button", { name: "Forget what is saved" }).waitFor();
    assert.ok(complaints.length > 0);
  });
}

for (const [name, viewport] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`what axe can tell of WCAG AA holds: ${name}, ${colorScheme}`, async (t) => {
      const { page, editor } = await open(t, { viewport, colorScheme });
      await editor.content.waitFor();
      await assertAccessible(page);
    });
  }
}
