// The course hop by hop: what stepping along it says and lights, where packets are stopped, and files.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertAccessible, open, setUp, start } from "./harness.mjs";

setUp();

const manifests = (name) =>
  readFile(fileURLToPath(new URL(`../../crates/portolan-core/tests/topology/${name}.yaml`, import.meta.url)), "utf8");

/** The page with these manifests alone, asked for this. */
async function ask(t, text, request, { hash = "", ...options } = {}) {
  const work = JSON.stringify({
    version: 1,
    files: [{ name: "all.yaml", text }],
    front: 0,
    requests: [request],
    chosen: 0,
    answerers: [{ controller: "kubernetes", settings: {} }],
    answering: 0,
    view: "drawn",
  });
  const prepare = (page) => page.addInitScript((work) => localStorage.getItem("portolan.work") ?? localStorage.setItem("portolan.work", work), work);
  const site = await start(t, { prepare, hash, ...options });
  await site.page.locator(".hops-count").waitFor();
  return site;
}

/** Every hop's sentence, stepping forward from the first. */
async function steps(page) {
  const next = page.getByRole("button", { name: "Next hop" });
  const said = [];
  while (await next.isEnabled()) {
    await next.click();
    await page.locator(".hops-count", { hasText: `hop ${said.length + 1} of` }).waitFor();
    said.push((await page.locator(".hop-text").innerText()).trim());
  }
  return said;
}

const now = (page) => page.locator(".node.now .node-title").allTextContents();

test("a connection to a load balancer is followed hop by hop", async (t) => {
  const { page } = await ask(t, await manifests("loadbalancer"), "http://10.13.242.236:8086/", { hash: "#from=nodes" });
  await page.locator(".answer-what", { hasText: "default/influxdb:8086" }).waitFor();
  const said = await steps(page);
  assert.equal(said.length, 4, said.join("\n"));
  assert.match(said[0], /client/i);
  assert.match(said[1], /load balancer/i);
  assert.match(said[2], /node/i);
  assert.match(said[3], /influxdb#1/);
  assert.equal(await page.locator(".hops-count").innerText(), "hop 4 of 4");
  assert.deepEqual(await now(page), ["influxdb#1"]);
  // Back by key, and what the balancer does to the addresses.
  await page.getByRole("button", { name: "Previous hop" }).focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.locator(".hops-count", { hasText: "hop 2 of 4" }).waitFor();
  assert.match(await page.locator(".hop-flow").innerText(), /10\.13\.242\.236:8086[\s\S]*10\.13\.241\.89:30051/);
  assert.match(await page.locator(".hop-notes").innerText(), /node-1, chosen out of 2 by ROUND_ROBIN/);
  assert.deepEqual(await page.locator(".node.other .node-title").allTextContents(), ["node-2"]);
  await assertAccessible(page);
  // The line that decides leads to the text.
  await page.locator(".hop-line").click();
  assert.ok(await page.locator(".cm-content").evaluate((node) => node.contains(document.activeElement)));
  await page.keyboard.press("Escape");
});

test("a request through an Ingress is followed to its pod", async (t) => {
  const { page } = await ask(t, await manifests("ingress"), "http://foo.bar.com/shop/x", { hash: "#controller=ingress-nginx" });
  await page.locator(".answer-what", { hasText: "default/shop:80" }).waitFor();
  const said = await steps(page);
  assert.equal(said.length, 6, said.join("\n"));
  assert.match(said[1], /203\.0\.113\.10/);
  assert.match(said[4], /controller|connection/i);
  assert.match(said[5], /shop#1/);
  const lit = await page.locator(".node.lit .node-title").allTextContents();
  for (const title of ["client", "node-1", "foo.bar.com", "shop", "shop#1"]) assert.ok(lit.includes(title), `${title}: ${lit}`);
  assert.ok(!lit.includes("web"));
});

test("a packet is stopped where it is dropped", async (t) => {
  const pod = "kind: Pod\napiVersion: v1\nmetadata: {name: influxdb-0, labels: {name: influxdb}}\nspec: {nodeName: node-2, containers: [{name: a, image: b}]}\nstatus: {podIP: 10.244.1.5, conditions: [{type: Ready, status: 'True'}]}";
  const text = (await manifests("loadbalancer"))
    .replace("type: LoadBalancer", "type: LoadBalancer\n  externalTrafficPolicy: Local")
    .replace("kind: Deployment", "kind: Nothing");
  const { page } = await ask(t, `${text}\n---\n${pod}\n`, "http://10.13.241.89:30051/", { hash: "#from=nodes" });
  await page.locator(".answer-what", { hasText: "dropped" }).waitFor();
  assert.deepEqual(await page.locator(".node.stopped .node-title").allTextContents(), ["node-1"]);
  await steps(page);
  assert.match(await page.locator(".hop.stopped").innerText(), /Local/);
});

test("plain connections are followed, too", async (t) => {
  const { page } = await ask(t, await manifests("nodeport"), "tcp://10.13.241.10:30000", { hash: "#from=nodes" });
  await page.locator(".answer-what", { hasText: "default/influxdb:8086" }).waitFor();
  assert.ok((await page.locator(".node.lit .node-title").allTextContents()).includes("node-2"));
  assert.match(await page.locator("#why").innerText(), /No controller reads it/);
});

test("where the client stands is kept, and stands in the address", async (t) => {
  const { page } = await ask(t, await manifests("nodeport"), "http://10.13.241.10:30000/");
  await page.locator(".answer-what", { hasText: "unreachable" }).waitFor();
  await page.getByLabel("Where the client stands").selectOption("nodes");
  await page.locator(".answer-what", { hasText: "default/influxdb:8086" }).waitFor();
  await page.getByLabel("Who makes load balancers").selectOption("openstack");
  assert.match(page.url(), /from=nodes&cloud=openstack/);
  await page.goto(page.url().split("#")[0]);
  await page.locator(".answer-what", { hasText: "default/influxdb:8086" }).waitFor();
  assert.equal(await page.getByLabel("Who makes load balancers").inputValue(), "openstack");
});

test("the list has the hops", async (t) => {
  const { page } = await ask(t, await manifests("ingress"), "http://foo.bar.com/shop/x", { hash: "#controller=ingress-nginx&view=list" });
  const tree = page.getByRole("tree");
  await tree.getByRole("treeitem").first().waitFor();
  const text = await tree.innerText();
  for (const [n, what] of [[1, /client/], [3, /balancer/i], [6, /shop#1/]]) {
    assert.match(text.split(`hop ${n}\n`)[1] ?? "", what, `hop ${n}: ${text}`);
  }
  await tree.locator("[tabindex='0']").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator(".hops-count", { hasText: "hop 2 of 6" }).waitFor();
  await assertAccessible(page);
});

test("the course can be played, and stands still for those who want that", async (t) => {
  for (const reducedMotion of ["reduce", "no-preference"]) {
    const { page } = await ask(t, await manifests("nodeport"), "http://10.13.241.10:30000/", { hash: "#from=nodes", reducedMotion });
    await page.getByRole("button", { name: "Play" }).click();
    await page.locator(".hops-count", { hasText: "hop 2 of 3" }).waitFor();
    const moves = await page.locator(".packet").first().evaluate((node) => {
      const style = getComputedStyle(node);
      return style.display !== "none" && style.animationName !== "none";
    });
    assert.equal(moves, reducedMotion === "no-preference");
    await page.locator(".hops-count", { hasText: "hop 3 of 3" }).waitFor();
    await page.getByRole("button", { name: "Play" }).waitFor();
  }
});

test("boxes open and close by keyboard, and the number of load balancers is said", async (t) => {
  const node = (n) => `apiVersion: v1\nkind: Node\nmetadata: {name: n${n}}\nstatus: {addresses: [{type: InternalIP, address: 10.0.0.${n + 1}}]}`;
  const text = `${(await manifests("many-load-balancers")).replaceAll("replicas: 2", "replicas: 9")}\n---\n${Array.from({ length: 30 }, (_, n) => node(n)).join("\n---\n")}\n`;
  const { page } = await ask(t, text, "http://10.0.0.1:30000/");
  assert.match(await page.locator(".chart-sum").textContent(), /^4 Services, 4 load balancers/);
  const count = await page.locator(".node").count();
  assert.equal(await page.locator(".node", { hasText: "web#1" }).count(), 0);
  const pods = page.locator(".node.closed", { hasText: "9 pods" }).first();
  await pods.focus();
  await page.keyboard.press("Enter");
  await page.locator(".node", { hasText: "web#9" }).waitFor();
  assert.equal(await page.locator(".node").count(), count + 10);
  await page.locator(".node.more", { hasText: "fewer" }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".node", { hasText: "web#9" }).waitFor({ state: "detached" });
  const more = page.locator(".node.more", { hasText: "28 more" });
  await more.focus();
  await page.keyboard.press("Space");
  await page.locator(".node", { hasText: "n29" }).waitFor();
});

test("the chart is kept as SVG, PNG, Mermaid and DOT", async (t) => {
  const { page } = await ask(t, await manifests("ingress"), "http://foo.bar.com/shop/x", { hash: "#controller=ingress-nginx" });
  const file = async (name) => {
    await page.locator(".exports").evaluate((details) => details.setAttribute("open", ""));
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name, exact: true }).click()]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };
  const svg = await file("SVG");
  assert.equal(svg.name, "portolan.svg");
  const text = svg.bytes.toString();
  // It needs nothing of the page: no class, no variable, no reference to anywhere else.
  assert.doesNotMatch(text, /class=|var\(|light-dark|href|tabindex/);
  const shapes = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    if (parsed.querySelector("parsererror")) return parsed.documentElement.textContent;
    return { boxes: parsed.querySelectorAll("rect").length, words: parsed.documentElement.textContent };
  }, text);
  assert.ok(shapes.boxes > 15, JSON.stringify(shapes));
  assert.match(shapes.words, /foo\.bar\.com[\s\S]*shop#1/);
  // The layers' names, which stand over the picture on the page, are in it.
  assert.match(shapes.words, /Load balancer[\s\S]*Service or answer/);
  assert.doesNotMatch(text, /visibility/);
  const png = await file("PNG");
  assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
  assert.ok(png.bytes.readUInt32BE(16) >= 1500, "as sharp as it is large");
  const dark = await page.evaluate(() => document.documentElement.setAttribute("data-theme", "dark"));
  assert.equal(dark, undefined);
  assert.notDeepEqual((await file("PNG")).bytes, png.bytes);
  assert.match((await file("Mermaid")).bytes.toString(), /^---\ntitle: "1 load balancer[\s\S]*flowchart LR\n/);
  assert.match((await file("Graphviz DOT")).bytes.toString(), /^digraph portolan \{/);
});
