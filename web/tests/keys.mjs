// What a key pressed in the editor costs the page: CHROME=$(which chromium) node web/tests/keys.mjs
// Main thread, all of it: the editor, reading and compiling, answers, chart, painting.
import { desktop, launch, serve } from "./harness.mjs";

const KEYS = 30;

const ingress = (name) => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
spec:
  rules:
  - host: ${name}.example.com
    http:
      paths:
${Array.from({ length: 10 }, (_, n) => `      - path: /p${n}
        pathType: Prefix
        backend:
          service:
            name: s${n}
            port:
              number: 80
`).join("")}`;

const site = await serve();
const browser = await launch();
for (const [rules, controller] of [[20, "kubernetes"], [200, "kubernetes"], [200, "ingress-nginx"], [1000, "ingress-nginx"]]) {
  const text = Array.from({ length: rules / 10 }, (_, n) => ingress(`i${n}`)).join("");
  const context = await browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`${site.url}#controller=${controller}`);
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.querySelector(".cm-content").dispatchEvent(paste);
  }, text);
  await page.waitForTimeout(2000);
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  const busy = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find((metric) => metric.name === "TaskDuration").value * 1000;
  };
  const before = await busy();
  for (let n = 0; n < KEYS; n++) {
    await page.keyboard.type("x");
    await page.waitForTimeout(250);
  }
  const each = (await busy() - before) / KEYS;
  console.log(`${rules} rules, ${Math.round(text.length / 1024)} KB, ${controller}: ${each.toFixed(0)} ms a key`);
  await context.close();
}
await browser.close();
site.close();
