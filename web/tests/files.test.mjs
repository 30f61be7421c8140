// Files, what a reload keeps, and the page without its editor.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, setUp, start } from "./harness.mjs";

setUp();

test("files: added, renamed, closed, brought back", async (t) => {
  const { page, editor } = await start(t);
  await editor.content.waitFor();
  await page.getByRole("button", { name: "New file" }).click();
  await page.getByRole("tab", { name: "manifests.yaml", selected: true }).press("F2");
  await page.getByLabel("File name").fill("more.yaml");
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "more.yaml" }).waitFor();
  await page.getByRole("tab", { name: "ingress.yaml", exact: true }).click();
  await page.getByRole("tab", { selected: true }).press("Delete");
  await answered(page, 0, "404 Not Found");
  await page.getByRole("button", { name: "Undo" }).click();
  await answered(page, 0, "default/s1:80");
});

test("dropped files become tabs, others are refused by name", async (t) => {
  const { page } = await start(t);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(["kind: Service\r\napiVersion: v1\r\nmetadata: {name: x}\r\nspec: {ports: [{port: 1}]}\r\n"], "dropped.yml"));
    data.items.add(new File(["x"], "photo.png"));
    const target = document.querySelector("#editor-panel");
    target.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await page.getByRole("tab", { name: "dropped.yml", selected: true }).waitFor();
  await page.getByText("Not opened: photo.png").waitFor();
});

test("a reload keeps files, requests, choice and theme", async (t) => {
  const { page, editor } = await start(t);
  await editor.content.waitFor();
  await editor.typeAfter("path: /foo", "bar");
  await answered(page, 2, "default/s1:80");
  await page.locator(".ask-answer").nth(2).click();
  await page.getByLabel("Theme").selectOption("dark");
  await page.reload();
  await answered(page, 2, "default/s1:80");
  assert.equal(await page.locator(".ask.chosen").getByLabel("Request", { exact: true }).inputValue(), "http://foo.bar.com/foobar");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
});

test("nonsense in the store does not hinder the page", async (t) => {
  for (const nonsense of ["{", "null", '"{\\"version\\":1,\\"files\\":7}"', "\u0000"]) {
    const { page } = await start(t, {
      prepare: (page) =>
        page.addInitScript((text) => {
          localStorage.setItem("portolan.work", text);
          localStorage.setItem("portolan.theme", text);
        }, nonsense),
    });
    await answered(page, 0, "default/s1:80");
  }
});

test("without the editor's script a text field does its work", async (t) => {
  const { page } = await start(t, {
    mayComplain: true,
    prepare: (page) => page.route("**/editor.js", (route) => route.abort()),
  });
  const field = page.getByRole("textbox", { name: "Manifests" });
  await page.getByText("this plain text field does its work").waitFor();
  const text = await field.inputValue();
  await field.fill(text.replace("path: /foo", "path: /foobar"));
  await answered(page, 2, "default/s1:80");
  await page.locator(".rule.lost .rule-jump, .rule.won .rule-jump").first().click();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "TEXTAREA");
});
