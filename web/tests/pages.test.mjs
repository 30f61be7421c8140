// Every problem leads to the page about it: what it is, why it bites, a bad and a good example.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, desktop, open, phone, setUp } from "./harness.mjs";

setUp();

const dialog = (page) => page.getByRole("dialog", { name: /^PT0/ });
const focused = (page) => page.evaluate(() => document.activeElement.textContent);

const manifest = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: y
spec:
  rules:
    - host: *.example.com
      http:
        paths:
          - path: cart
            pathType: Prefix
            backend: {service: {name: shop, port: {number: 80}}}
`;

/** A page whose manifests have problems with these codes. */
async function troubled(t, options) {
  const site = await open(t, options);
  await site.editor.content.waitFor();
  await site.editor.write(manifest);
  await site.page.locator(".problem-code", { hasText: "PT0104" }).first().waitFor();
  return site;
}

for (const [device, viewport] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`a code opens its page: ${device}, ${colorScheme}`, async (t) => {
      const { page } = await troubled(t, { viewport, colorScheme });
      const code = page.locator(".problem-code", { hasText: "PT0104" }).first();
      await code.click();
      await dialog(page).getByRole("heading", { name: "Why it bites" }).waitFor();
      assert.match(await focused(page), /^PT0104 unknown-anchor: /);
      assert.match(await dialog(page).locator("pre").first().textContent(), /host: \*\.example\.com/);
      assert.equal(await dialog(page).locator(".page").getAttribute("lang"), "en");
      assert.doesNotMatch(await dialog(page).textContent(), /`|\*\*|```/);
      await assertAccessible(page);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/page-${device}-${colorScheme}.png` });
      await page.keyboard.press("Escape");
      await dialog(page).waitFor({ state: "hidden" });
      assert.equal(await focused(page), "PT0104");
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/codes-${device}-${colorScheme}.png` });
    });
  }
}

test("pages lead to each other, and the same one opens again", async (t) => {
  const { page } = await troubled(t);
  const code = page.locator(".problem-code", { hasText: "PT0119" });
  await code.focus();
  await page.keyboard.press("Enter");
  await dialog(page).getByRole("button", { name: "PT0203" }).click();
  await page.getByRole("dialog", { name: /^PT0203 wrong-type/ }).waitFor();
  assert.match(await focused(page), /^PT0203/);
  await dialog(page).getByRole("button", { name: "Close" }).click();
  assert.equal(await focused(page), "PT0119");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: /^PT0119/ }).waitFor();
});

test("the page stays English where all else is Korean", async (t) => {
  const { page } = await troubled(t);
  await page.getByLabel("Language").selectOption("ko");
  const code = page.getByRole("button", { name: "PT0104: 무슨 뜻인지 보기" });
  await code.click();
  await dialog(page).getByRole("button", { name: "닫기" }).waitFor();
  await dialog(page).getByRole("heading", { name: "Why it bites" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "ko");
  assert.equal(await dialog(page).locator("h2").getAttribute("lang"), "en");
  assert.equal(await dialog(page).locator(".page").getAttribute("lang"), "en");
  await assertAccessible(page);
});

test("a page that cannot be had is said to be missing", async (t) => {
  const { page, complaints } = await troubled(t, {
    mayComplain: true,
    prepare: (page) => page.route("**/problems/*.md", (route) => route.abort()),
  });
  await page.locator(".problem-code").first().click();
  await dialog(page).getByText("The page about this problem could not be loaded.").waitFor();
  await assertAccessible(page);
  assert.ok(complaints.every((text) => /problems|Failed to load/.test(text)), complaints.join("\n"));
});
