// Screenshots of the site: node shots.mjs FOLDER
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { desktop, launch, phone, serve } from "./harness.mjs";

const folder = process.argv[2] ?? "target/shots";
await mkdir(folder, { recursive: true });
const site = await serve();
const browser = await launch();
for (const [device, options] of [
  ["desktop", { viewport: desktop }],
  ["phone", { viewport: phone, deviceScaleFactor: 2, hasTouch: true, isMobile: true }],
]) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ ...options, colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(site.url);
    await page.locator(".cm-content").waitFor();
    // The answers and the chart follow the first paint of the text.
    await page.waitForTimeout(800);
    const path = join(folder, `${device}-${colorScheme}.png`);
    await page.screenshot({ path, fullPage: device === "phone" });
    console.log(path);
    await context.close();
  }
}
await browser.close();
site.close();
