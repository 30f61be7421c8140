// Two languages: by the browser's wish and by the switch, whole, and without losing anything.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, assertAccessible, desktop, open, phone, setUp, start } from "./harness.mjs";

setUp();

const korean = { locale: "ko-KR" };
const language = (page) => page.locator(".field.language select");

/** Every text on the page that has a word of an English sentence in it, and no name ever has. */
function english(page) {
  return page.evaluate(() => {
    const sentence = /\b(the|is|are|not|of|has|have|with|that|which|this|these|to|and|or|for|no|from|here|your|it|its|by)\b/;
    const found = [];
    const look = (text, where) => sentence.test(text) && found.push(`${where}: ${text.trim()}`);
    // What somebody wrote, and the other language's own name, are as they are.
    const own = ".cm-content, textarea, script, style, noscript, code, [lang='en'], .conf-lines";
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      if (!texts.currentNode.parentElement.closest(own)) look(texts.currentNode.data, "text");
    }
    for (const name of ["aria-label", "title", "placeholder", "aria-description"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) look(element.getAttribute(name), name);
    }
    return found;
  });
}

const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

for (const [device, viewport] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`a Korean browser sees Korean: ${device}, ${colorScheme}`, async (t) => {
      const { page, editor } = await start(t, { ...korean, viewport, colorScheme });
      await editor.content.waitFor();
      assert.equal(await page.locator("html").getAttribute("lang"), "ko");
      assert.match(await page.title(), /이 요청은 어디에/);
      assert.equal(await page.getByRole("heading", { level: 2 }).first().innerText(), "요청");
      assert.equal(await editor.content.getAttribute("aria-label"), "매니페스트");
      assert.deepEqual(await english(page), []);
      assert.ok(await fits(page), "something is wider than the page");
      await assertAccessible(page);
    });
  }
}

test("every view and every sheet is Korean", async (t) => {
  const { page, editor } = await start(t, { ...korean, hash: "#controller=ingress-nginx&controller=traefik" });
  await editor.content.waitFor();
  for (const view of ["목록", "설정 파일", "비교"]) {
    await page.getByRole("button", { name: view, exact: true }).click();
    assert.deepEqual(await english(page), [], view);
    assert.ok(await fits(page), view);
  }
  await page.locator("summary", { hasText: "설정" }).click();
  await page.locator("summary", { hasText: "링크" }).click();
  await editor.write("kind: Service\nspec:\n  ports:\n  - port: http\n");
  await page.locator(".problem.error").first().waitFor();
  assert.deepEqual(await english(page), []);
  await page.getByRole("textbox", { name: "새 요청" }).fill("http:/x");
  await page.keyboard.press("Enter");
  await page.locator(".verdict.wrong").waitFor();
  assert.deepEqual(await english(page), []);
});

test("the switch changes every word and nothing else", async (t) => {
  const { page, editor } = await start(t);
  await editor.content.waitFor();
  await editor.typeAfter("host: ", "www.");
  await answered(page, 0, "404 Not Found");
  await page.getByRole("button", { name: "Larger" }).click();
  const picture = () => page.locator("svg.chart").getAttribute("width");
  const [text, width] = [await editor.text(), await picture()];
  await language(page).selectOption("ko");
  await page.getByRole("heading", { name: "매니페스트" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "ko");
  assert.equal(await editor.text(), text);
  assert.deepEqual(await english(page), []);
  // What was typed can still be taken back: the editor is the same one.
  await editor.content.focus();
  await page.keyboard.press("ControlOrMeta+z");
  await answered(page, 0, "default/s1:80");
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await page.keyboard.press("ControlOrMeta+f");
  await page.getByPlaceholder("찾기").waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "매니페스트" }).waitFor();
  await language(page).selectOption("en");
  await page.getByRole("heading", { name: "Manifests" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.equal(await page.title(), "Portolan: where does this request land?");
  await page.reload();
  await page.getByRole("heading", { name: "Manifests" }).waitFor();
  assert.notEqual(width, null);
});

test("the zoom survives the switch", async (t) => {
  const { page } = await start(t);
  await page.getByRole("button", { name: "Larger" }).click();
  const zoomed = Number(await page.locator("svg.chart").getAttribute("height"));
  await language(page).selectOption("ko");
  await page.getByRole("heading", { name: "요청" }).waitFor();
  const after = Number(await page.locator("svg.chart").getAttribute("height"));
  assert.ok(after > zoomed * 0.9, `${zoomed} became ${after}`);
});

test("the catalogue is fetched once, early", async (t) => {
  const fetched = [];
  const prepare = (page) => page.on("request", (request) => fetched.push(request.url()));
  await start(t, { ...korean, prepare });
  assert.equal(fetched.filter((url) => url.endsWith("/languages/ko.txt")).length, 1);
});

test("who reads English fetches no other language", async (t) => {
  const fetched = [];
  const prepare = (page) => page.on("request", (request) => fetched.push(request.url()));
  await start(t, { prepare });
  assert.deepEqual(fetched.filter((url) => url.includes("languages")), []);
});

test("a language that cannot be fetched leaves English, and says so", async (t) => {
  const prepare = (page) => page.route("**/languages/*", (route) => route.fulfill({ status: 404, body: "" }));
  const { page, complaints } = await open(t, { ...korean, prepare, mayComplain: true });
  await page.getByRole("status").filter({ hasText: "한국어 문구를 불러오지 못해" }).waitFor();
  assert.equal(await page.getByRole("heading", { level: 2 }).first().innerText(), "Requests");
  assert.ok(complaints.every((said) => said.includes("404")), complaints.join("\n"));
  await page.unroute("**/languages/*");
  await language(page).selectOption("ko");
  await page.getByRole("heading", { name: "요청" }).waitFor();
});
