// What a chart of a thousand boxes costs: CHROME=$(which chromium) node web/tests/chart-bench.mjs
// The cluster is drawn opened up; the floor is an SVG of as many elements, put into the page as text by the
// browser's own parser. Times are of the main thread, from the event to the frame after it.
import { desktop, launch, serve } from "./harness.mjs";

const TEAMS = 10;
const SERVICES = 13;
const PODS = 4;
const NODES = 200;

const objects = [];
for (let team = 0; team < TEAMS; team++) {
  for (let n = 0; n < SERVICES; n++) {
    const name = `s${n}`;
    const type = n === 0 ? "type: LoadBalancer, " : "";
    objects.push(
      `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: team-${team}}\nspec: {${type}selector: {app: ${name}}, ports: [{port: 80, targetPort: 8080}]}`,
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: team-${team}}\nspec: {replicas: ${PODS}, selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: c, image: "x:1"}]}}}`,
      `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: ${name}, namespace: team-${team}}\nspec: {ingressClassName: nginx, rules: [{host: team-${team}.example.com, http: {paths: [{path: /${name}, pathType: Prefix, backend: {service: {name: ${name}, port: {number: 80}}}}]}}]}`,
    );
  }
}
for (let n = 0; n < NODES; n++) {
  objects.push(`apiVersion: v1\nkind: Node\nmetadata: {name: node-${n}}\nstatus: {addresses: [{type: InternalIP, address: 10.0.${n >> 7}.${n & 127}}]}`);
}
const requests = [3, 7].map((n) => `http://team-${n}.example.com/s5/x`);
const work = JSON.stringify({
  version: 1, files: [{ name: "all.yaml", text: objects.join("\n---\n") }], front: 0, requests, chosen: 0,
  answerers: [{ controller: "kubernetes", settings: {} }], answering: 0, view: "list",
});

const site = await serve();
const browser = await launch();
const context = await browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
const page = await context.newPage();
await page.addInitScript((work) => {
  if (!localStorage.getItem("portolan.work")) localStorage.setItem("portolan.work", work);
}, work);
await page.goto(site.url);
await page.locator(".cm-content").waitFor();
await page.waitForTimeout(500);

/** Milliseconds of the main thread from doing this to the end of the frame after it, and of the frame's script alone. */
const cost = (what) =>
  page.evaluate(async (what) => {
    const button = [...document.querySelectorAll(".segments button")];
    const view = (name) => button.find((b) => b.textContent === name).click();
    const done = {
      draw: () => view("Chart"),
      list: () => view("List"),
      open: () => [...document.querySelectorAll(".node.more")].find((n) => /more/.test(n.textContent))?.dispatchEvent(new MouseEvent("click", { bubbles: true })),
      other: () => document.querySelectorAll(".ask-answer")[document.querySelector(".ask.chosen .ask-answer") === document.querySelector(".ask-answer") ? 1 : 0].click(),
      hop: () => document.querySelector('[aria-label="Next hop"]').click(),
      whole: () => document.querySelector(".hops").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })),
      point: () => document.querySelectorAll(".node")[(window.__at = ((window.__at ?? 0) + 7) % 900)].dispatchEvent(new MouseEvent("mouseover", { bubbles: true })),
    }[what];
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 30)));
    const start = performance.now();
    done();
    // Yew renders in a microtask, effects after it; layout is forced so that it is counted.
    await new Promise((resolve) => setTimeout(resolve, 0));
    document.querySelector("svg.chart")?.getBoundingClientRect();
    const script = performance.now() - start;
    await new Promise((resolve) => requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = resolve; channel.port2.postMessage(0); }));
    return { script, frame: performance.now() - start };
  }, what);
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const several = async (what, times, between) => {
  const all = [];
  for (let n = 0; n < times; n++) {
    all.push(await cost(what));
    if (between) await cost(between);
  }
  return { script: median(all.map((c) => c.script)), frame: median(all.map((c) => c.frame)), worst: Math.max(...all.map((c) => c.script)) };
};

await cost("draw");
await page.locator(".node").first().waitFor();
// Open everything up.
for (let n = 0; n < 40; n++) {
  if (!(await page.locator(".node.more", { hasText: "more" }).count())) break;
  await cost("open");
}
const boxes = await page.locator(".node").count();
const elements = await page.evaluate(() => document.querySelectorAll("svg.chart *").length);
const floor = await page.evaluate(async () => {
  const live = document.querySelector("svg.chart");
  const text = live.outerHTML;
  const home = document.createElement("div");
  home.style.cssText = "position:fixed;inset:0;overflow:auto";
  document.body.append(home);
  const times = [];
  for (let n = 0; n < 7; n++) {
    home.textContent = "";
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 30)));
    const start = performance.now();
    home.innerHTML = text;
    home.firstChild.getBoundingClientRect();
    const script = performance.now() - start;
    await new Promise((resolve) => requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = resolve; channel.port2.postMessage(0); }));
    times.push([script, performance.now() - start]);
  }
  home.remove();
  return times.toSorted((a, b) => a[0] - b[0])[3];
});
console.log(`${boxes} boxes, ${elements} SVG elements`);
const row = (name, limit, { script, frame, worst }) =>
  console.log(`${name.padEnd(42)} ${script.toFixed(1).padStart(7)} ms  to the frame ${frame.toFixed(1).padStart(7)} ms  worst ${worst.toFixed(1).padStart(7)} ms  ${limit ? `limit ${limit} ms ${script <= limit ? "ok" : "OVER"}` : ""}`);
row("floor: that SVG from text", 0, { script: floor[0], frame: floor[1], worst: floor[0] });
const first = await several("draw", 5, "list");
// The cost of going back to the list is not counted; the chart opens up as it was left only on the page.
row("first drawing", 300, first);
console.log(`first drawing is ${(first.script / floor[0]).toFixed(2)} times the floor`);
await cost("draw");
for (let n = 0; n < 40 && (await page.locator(".node.more", { hasText: "more" }).count()); n++) await cost("open");
row("another request", 16, await several("other", 11));
await cost("whole");
row("next hop", 16, await several("hop", 5));
row("the whole course", 16, await several("whole", 5, "hop"));
row("pointing at a box", 16, await several("point", 15));
await browser.close();
site.close();
