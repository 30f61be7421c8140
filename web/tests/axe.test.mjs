// What axe can tell of WCAG AA holds in the page's other states, too; its first state is smoke.test's.
import { test } from "node:test";
import { assertAccessible, desktop, open, phone, setUp } from "./harness.mjs";

setUp();

for (const [device, viewport] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`list, lessons and problems: ${device}, ${colorScheme}`, async (t) => {
      const { page, editor } = await open(t, { viewport, colorScheme });
      await editor.content.waitFor();
      await page.getByRole("button", { name: "List", exact: true }).click();
      await page.getByRole("button", { name: "Lessons" }).click();
      await assertAccessible(page);
      await page.getByRole("dialog").getByRole("button", { name: /Mend me/ }).click();
      await page.locator(".problem.error").first().waitFor();
      await assertAccessible(page);
    });
  }
}
