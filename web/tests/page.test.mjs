// The playground's main job, as its user does it: requests, answers, mistakes and their mending.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, setUp, start } from "./harness.mjs";

setUp();

const answers = (page) => page.locator(".answer-what").allInnerTexts();

test("a first visit answers the sample requests", async (t) => {
  const { page } = await start(t);
  assert.deepEqual(await answers(page), [
    "default/s1:80",
    "default/s2:80",
    "404 Not Found",
    "404 Not Found",
    "404 Not Found",
  ]);
  const why = page.getByRole("region", { name: "Why" });
  await why.getByText("This rule answers.").waitFor();
  await why.getByText("/foo is not under /bar").waitFor();
});

test("a request typed is answered, and so is a curl command", async (t) => {
  const { page } = await start(t);
  await page.getByLabel("New request").fill("http://foo.bar.com/bar/baz");
  await page.keyboard.press("Enter");
  await answered(page, 5, "default/s2:80");
  await page.getByLabel("New request").fill("curl -H 'Host: foo.bar.com' http://10.0.0.1/foo/1");
  await page.getByRole("button", { name: "Ask" }).click();
  await answered(page, 6, "default/s1:80");
  assert.equal(await page.locator(".ask.chosen").count(), 1);
  assert.match(await page.locator(".chart-course").innerText(), /foo\.bar\.com\/foo\/1.*default\/s1:80/s);
});

test("what is no request says why, and breaks nothing", async (t) => {
  const { page } = await start(t);
  await page.getByLabel("Request", { exact: true }).first().fill("http://foo bar/%%%");
  await answered(page, 0, "not a request");
  await page.locator(".verdict.wrong").waitFor();
  await answered(page, 1, "default/s2:80");
});

test("typing a rule changes the answer", async (t) => {
  const { page, editor } = await start(t);
  await editor.content.waitFor();
  await editor.typeAfter("path: /foo", "bar");
  await answered(page, 2, "default/s1:80");
  await answered(page, 0, "404 Not Found");
});

test("a broken document is underlined while the others still answer", async (t) => {
  const { page, editor } = await start(t);
  await editor.content.waitFor();
  const text = await editor.text();
  await editor.write(`${text}---\nkind: Ingress\nmetadata: [\n`);
  await page.locator(".cm-lintRange-error").first().waitFor();
  await page.locator(".problem.error").first().waitFor();
  await answered(page, 0, "default/s1:80");
});

test("a fix is applied by a click, from the list and from the editor", async (t) => {
  const { page, editor } = await start(t);
  await page.getByRole("button", { name: "Lessons" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /Mend me/ }).click();
  await answered(page, 0, "404 Not Found");
  await page.locator(".problem-fixes .button").first().waitFor();
  const before = await editor.text();
  for (let left = 10; left > 0 && (await page.locator(".problem-fixes .button").count()) > 0; left--) {
    await page.locator(".problem-fixes .button").first().click();
    await page.waitForTimeout(50);
  }
  assert.notEqual(await editor.text(), before);
  await answered(page, 0, "default/api:80");
  // The wildcard breaks again, and is mended where it stands.
  await editor.write((await editor.text()).replace(/host: .*/, "host: *.apps.example.com"));
  await page.locator(".cm-lintRange-error").first().hover();
  await page.locator(".cm-diagnosticAction").first().click();
  await answered(page, 0, "default/api:80");
});
