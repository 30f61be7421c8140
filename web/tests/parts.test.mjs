// The page's WebAssembly comes in two files: the first view, and the rest.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, desktop, open, phone, setUp } from "./harness.mjs";

setUp();

const REST = "**/*_rest.wasm";
// What Chromium calls a preload, and a request that the page stands still for.
const [AHEAD, WAITING] = ["other", "xhr"];
const answers = (page) => page.locator(".answer-what").getByText("default/s1:80");

/** Whether this page was parted; built with other tools it is one file, and there is nothing to test. */
const parted = (page) => page.evaluate(() => Boolean(document.querySelector("script[data-rest]")));

for (const [name, viewport] of [["desktop", desktop], ["phone", phone]]) {
  test(`the first view answers before the rest is here, on a ${name}`, async (t) => {
    const asked = [];
    let arrive;
    const arrives = new Promise((go) => (arrive = go));
    const { page } = await open(t, {
      viewport,
      prepare: async (page) => {
        await page.route(REST, async (route) => {
          asked.push(route.request().resourceType());
          await arrives;
          await route.continue();
        });
      },
    });
    assert.ok(await parted(page), "cargo xtask build parts the page");
    await answers(page).first().waitFor();
    await page.getByRole("heading", { name: "Chart" }).waitFor();
    const manifest = page.getByRole("textbox", { name: "Manifests" });
    assert.match(await manifest.inputValue(), /kind: Ingress/);
    assert.equal(await page.locator(".cm-content").count(), 0, "the editor is not here yet");
    await assertAccessible(page);
    // Nothing that it called was missing: then it would have been waited for, by another kind of request.
    assert.deepEqual(asked, [AHEAD]);
    arrive();
    await page.locator(".cm-content").waitFor();
    await page.getByText("7 hops").waitFor();
    assert.deepEqual(asked, [AHEAD]);
  });
}

test("who is quicker than the network waits, and gets what was asked for", async (t) => {
  const asked = [];
  const { page } = await open(t, {
    prepare: async (page) => {
      await page.route(REST, async (route) => {
        asked.push(route.request().resourceType());
        if (route.request().resourceType() !== WAITING) return; // It never comes.
        await route.continue();
      });
    },
  });
  await answers(page).first().waitFor();
  await page.getByLabel("Answers as").selectOption("traefik");
  await page.locator("#chart").getByText("Traefik 3.7").first().waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByRole("heading", { name: "Comparison" }).waitFor();
  assert.deepEqual(asked, [AHEAD, WAITING]);
});

test("without the rest the first view stays, says so, and becomes whole when it comes", async (t) => {
  let lost = true;
  const { page } = await open(t, {
    mayComplain: true,
    prepare: async (page) => {
      await page.route(REST, (route) => (lost ? route.abort() : route.continue()));
    },
  });
  await page.getByText("A part of this page could not be loaded yet").waitFor();
  await answers(page).first().waitFor();
  lost = false;
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.locator(".cm-content").waitFor();
});

test("who has been here before gets both parts at once, and nothing twice", async (t) => {
  const { page } = await open(t);
  await page.locator(".cm-content").waitFor();
  const asked = [];
  page.on("request", (request) => request.url().endsWith("_rest.wasm") && asked.push(request.resourceType()));
  await page.reload();
  await page.locator(".cm-content").waitFor();
  assert.equal(asked.length, 1, asked.join(", "));
});
