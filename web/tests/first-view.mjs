// Shows the page's first view with a module whose functions leave marks, and writes down which ones were
// called: node web/tests/first-view.mjs MARKED.wasm MARKS.txt. `cargo xtask parts` does all of it.
import { readFile, writeFile } from "node:fs/promises";
import { desktop, launch, phone, serve } from "./harness.mjs";

const [marked, output] = process.argv.slice(2);
const body = await readFile(marked);
const site = await serve();
const browser = await launch();
const views = [
  { viewport: desktop, colorScheme: "light" },
  { viewport: phone, colorScheme: "dark", reducedMotion: "reduce", hasTouch: true },
  { viewport: desktop, isLost: true },
];
let called = [];
for (const { isLost = false, ...view } of views) {
  const context = await browser.newContext(view);
  const page = await context.newPage();
  await page.addInitScript(() => {
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given) => {
      const made = await instantiate.apply(WebAssembly, given);
      window.exported = made.instance.exports;
      return made;
    };
  });
  await page.route("**/*_bg.wasm", (route) => route.fulfill({ body, contentType: "application/wasm" }));
  // The rest stays away, or it cannot be had and the page says so.
  await page.route("**/*_rest.wasm", (route) => (isLost ? route.abort() : undefined));
  await page.goto(site.url);
  await page.getByRole("list").first().waitFor();
  await page.waitForTimeout(2000);
  const marks = await page.evaluate(() => {
    const { memory, marks, markCount } = window.exported;
    return Array.from(new Uint8Array(memory.buffer, marks.value, markCount.value));
  });
  called = marks.map((mark, at) => mark || called[at] || 0);
  await context.close();
}
await writeFile(output, called.join(""));
console.log(`${called.filter(Boolean).length} of ${called.length} functions are called`);
await browser.close();
site.close();
