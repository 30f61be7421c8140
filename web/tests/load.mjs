// How long a first visit waits for its answers, and for the whole page, on slow networks: parted as published, and
// in one piece. CHROME=$(which chromium) node web/tests/load.mjs, after `cargo xtask build`.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { desktop, launch, types } from "./harness.mjs";

const VISITS = 5;
// Kilobits a second and milliseconds there and back, as Chromium's own presets have them.
const networks = { "slow 4G": [1_600, 150], "fast 4G": [9_000, 60] };
const root = new URL("../../", import.meta.url);
const BOUND = "target/wasm-bindgen/release/portolan-web_bg.wasm";

/** A module without names and relocations. */
function stripped(bytes) {
  const kept = [bytes.subarray(0, 8)];
  for (let at = 8; at < bytes.length; ) {
    let [size, end, shift] = [0, at + 1, 0];
    do {
      size += (bytes[end] & 127) * 2 ** shift;
      shift += 7;
    } while (bytes[end++] & 128);
    if (bytes[at] !== 0) kept.push(bytes.subarray(at, end + size));
    at = end + size;
  }
  return Buffer.concat(kept);
}

const whole = stripped(await readFile(new URL(BOUND, root)));
const packed = new Map();
async function file(name, isParted) {
  const key = `${isParted} ${name}`;
  if (!packed.has(key)) {
    let body = name.endsWith("_bg.wasm") && !isParted ? whole : await readFile(new URL(`dist/${name}`, root));
    if (name === "index.html" && !isParted) body = String(body).replace(/ data-rest="[^"]*"/, "");
    packed.set(key, gzipSync(body, { level: 9 }));
  }
  return packed.get(key);
}
const server = createServer(async (request, response) => {
  const [, way, ...path] = new URL(request.url, "http://localhost").pathname.split("/");
  const name = path.join("/") || "index.html";
  try {
    const body = await file(name, way === "parted");
    const type = types[name.slice(name.lastIndexOf("."))] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-encoding": "gzip", "cache-control": "no-store" });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await launch();
const median = (all) => all.sort((a, b) => a - b)[all.length >> 1];
for (const [network, [kilobits, latency]] of Object.entries(networks)) {
  const medians = {};
  for (const way of ["parted", "whole"]) {
    const [answered, complete] = [[], []];
    for (let visit = 0; visit < VISITS; visit++) {
      const context = await browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      const throughput = (kilobits * 1000) / 8;
      await session.send("Network.enable");
      const conditions = { offline: false, latency, downloadThroughput: throughput, uploadThroughput: throughput };
      await session.send("Network.emulateNetworkConditions", conditions);
      const start = performance.now();
      await page.goto(`${origin}/${way}/`, { waitUntil: "commit" });
      await page.locator(".answer-what").first().waitFor({ timeout: 60_000 });
      answered.push(performance.now() - start);
      await page.locator(".cm-content").waitFor({ timeout: 60_000 });
      complete.push(performance.now() - start);
      await context.close();
    }
    medians[way] = [median(answered), median(complete)];
    const seconds = medians[way].map((ms) => (ms / 1000).toFixed(2));
    console.log(`${network}, ${way}: first answer after ${seconds[0]} s, the whole page after ${seconds[1]} s`);
  }
  const ratio = (at) => (medians.parted[at] / medians.whole[at]).toFixed(2);
  console.log(`${network}: ${ratio(0)} of the time to the answer, ${ratio(1)} of that to the whole page`);
}
await browser.close();
server.close();
