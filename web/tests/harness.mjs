// What every browser test needs: the built site on a loopback port, one Chromium, and pages that
// fail the test when something is written to the console as an error or a request leaves the site.
//
//   const site = await open(t);            // or open(t, { viewport: phone, colorScheme: "dark" })
//   await site.page.getByRole("heading").waitFor();
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { chromium } from "playwright-core";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

export const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".yaml": "text/yaml; charset=utf-8",
};

export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

/** How long anything on the page may take before its test fails. */
const PATIENCE = 15_000;

/** Serves dist/ on a free loopback port, below a folder, as a host for static sites would. */
export async function serve() {
  const folder = "/portolan/";
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const inside = pathname.startsWith(folder) ? decodeURIComponent(pathname.slice(folder.length)) : null;
    const file = normalize(join(dist, inside || "index.html"));
    try {
      if (inside === null || !file.startsWith(dist)) throw new Error("outside of the site");
      const body = await readFile(file);
      response.writeHead(200, {
        "content-type": types[extname(file)] ?? "application/octet-stream",
        "cache-control": "no-store",
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin, url: origin + folder, close };
}

export async function launch() {
  const executablePath = process.env.CHROME;
  if (!executablePath) throw new Error("CHROME names no browser; run `cargo xtask test --only browser`");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

let server;
let browser;

/** Call once at the top of a test file: starts the server and the browser, and stops them. */
export function setUp() {
  before(async () => {
    server = await serve();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });
}

/**
 * Opens the site in a context of its own (an empty localStorage) and waits until it has started.
 * When the test `t` ends, it fails if the page complained or called out.
 *
 * `options` are Playwright's for a context, and:
 * - `prepare(page)` runs before the page is loaded;
 * - `mayComplain` lets the test look at `complaints` itself;
 * - `hash` is put behind the address.
 */
export async function open(t, { prepare, mayComplain = false, hash = "", ...options } = {}) {
  const context = await browser.newContext({ viewport: desktop, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints = [];
  const strangers = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  // What a reload cuts short has not failed.
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "net::ERR_ABORTED") complaints.push(`failed: ${request.url()}`);
  });
  page.on("websocket", (socket) => strangers.push(socket.url()));
  // Routing sees what is about to be sent, so that a request off the site is also stopped.
  await context.route("**/*", (route) => {
    const address = route.request().url();
    if (new URL(address).origin === server.origin) return route.continue();
    strangers.push(address);
    return route.abort();
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(strangers, [], "a request left the site's origin");
    if (!mayComplain) assert.deepEqual(complaints, [], "the page complained");
  });
  await prepare?.(page);
  await page.goto(server.url + hash);
  await page.locator("main").waitFor();
  return { page, context, complaints, strangers, url: server.url, editor: editorOn(page) };
}

/** Fails on what axe finds wrong by WCAG 2.2, levels A and AA: contrast, names, roles, targets. */
export async function assertAccessible(page) {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }),
  );
  const words = found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} (${node.any.map((one) => one.message).join("; ")})`),
  );
  assert.deepEqual(words, [], "the page breaks WCAG AA");
}

/** The editor, as its user has it. */
function editorOn(page) {
  const content = page.locator(".cm-content");
  return {
    content,
    /** The text of the file in front. */
    text: () => content.evaluate((node) => node.cmTile.view.state.doc.toString()),
    /** Replaces all text by pasting over it. */
    async write(text) {
      await content.focus();
      await page.keyboard.press("ControlOrMeta+a");
      await content.evaluate((node, text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        node.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      }, text);
    },
    /** Puts the cursor behind the first `before` and types there. */
    async typeAfter(before, text) {
      await content.evaluate((node, before) => {
        const { view } = node.cmTile;
        const at = view.state.doc.toString().indexOf(before);
        if (at < 0) throw new Error(`the text has no ${before}`);
        view.dispatch({ selection: { anchor: at + before.length } });
        view.focus();
      }, before);
      await page.keyboard.insertText(text);
    },
  };
}

/** The page, started and its first request answered. */
export async function start(t, options) {
  const site = await open(t, options);
  await site.page.locator(".ask-answer").first().waitFor();
  return site;
}

/** Waits until the answer of the nth request is this. */
export async function answered(page, nth, text) {
  await page.locator(".answer-what").nth(nth).getByText(text, { exact: true }).waitFor();
}
