// The lessons, walked through as somebody would.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, answered, phone, setUp, start } from "./harness.mjs";

setUp();

/** Opens a lesson or example by its title. */
async function begin(page, title, button = "Lessons") {
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: title }).click();
}

const heading = (page, text) => page.locator(".lesson-step h3").getByText(text, { exact: true }).waitFor();
const next = (page) => page.getByRole("button", { name: "Next", exact: true }).click();

/** Steps through the course; each hop's words. */
async function hops(page) {
  const said = [];
  const onward = page.getByRole("button", { name: "Next hop" });
  while (await onward.isEnabled()) {
    await onward.click();
    said.push(await page.locator(".hop").innerText());
  }
  return said;
}

test("the load balancer's lesson, from one word to the pod", async (t) => {
  const { page, editor } = await start(t);
  await begin(page, /A load balancer on OpenStack/);
  await heading(page, "One word, and the cloud builds a load balancer");
  await page.getByText("Lesson 3 of 11").waitFor();
  await answered(page, 0, "default/influxdb:8086");
  await next(page);
  await heading(page, "Pool and members");
  const [client, balancer, node, pod, ...more] = await hops(page);
  assert.equal(more.length, 0);
  assert.match(client, /10\.13\.242\.236:8086/);
  assert.match(balancer, /10\.13\.241\.89:30051[\s\S]*out of 2 by ROUND_ROBIN/);
  assert.match(node, /10\.13\.241\.89:30051[\s\S]*10\.244\.1\.5:8086/);
  assert.match(pod, /influxdb-7d4f9/);
  await next(page);
  await next(page);
  await heading(page, "The internet needs a floating IP");
  await answered(page, 0, "unreachable");
  await page.getByRole("button", { name: "Give it a public address" }).click();
  assert.match(await editor.text(), /ip: 203\.0\.113\.40/);
  assert.match((await hops(page)).join("\n"), /floating IP/);
  await page.getByRole("button", { name: "Take it back" }).click();
  await answered(page, 0, "unreachable");
  assert.match(await editor.text(), /ip: 10\.13\.242\.236/);
});

test("the Ingress' lesson, from the floating IP to both Services", async (t) => {
  const { page } = await start(t);
  await begin(page, /One address, two Services/);
  await heading(page, "One host, two paths");
  await answered(page, 0, "default/s1:80");
  const said = await hops(page);
  const way = [/foo\.bar\.com/, /DNS|name server/i, /floating IP/, /30000-32767|member/, /kube-proxy/, /s1|pod/, /s1/];
  assert.equal(said.length, way.length, said.join("\n--\n"));
  way.forEach((what, at) => assert.match(said[at], what));
  for (let step = 0; step < 3; step++) await next(page);
  await heading(page, "What the rules do not say");
  await answered(page, 2, "404 Not Found");
  await page.getByRole("button", { name: "Ask ingress-nginx 0.8.3" }).click();
  await answered(page, 2, "default/s1:80");
  await page.getByRole("button", { name: "Next lesson" }).click();
  await heading(page, "The same rules, nine years on");
});

test("every lesson can be walked to its end", async (t) => {
  const { page } = await start(t);
  await begin(page, /Pods and ClusterIP/);
  for (let lesson = 1; lesson <= 11; lesson++) {
    await page.getByText(`Lesson ${lesson} of 11`, { exact: true }).waitFor();
    const steps = Number((await page.locator(".lesson-count").innerText()).match(/\d+$/)[0]);
    for (let step = 1; step <= steps; step++) {
      await page.getByText(`Step ${step} of ${steps}`, { exact: true }).waitFor();
      const trial = page.locator(".lesson .try");
      if (await trial.isVisible()) {
        await trial.click();
        await page.locator(".lesson .try[aria-pressed=true]").waitFor();
      }
      await page.locator(".lesson .primary").click();
    }
  }
  await page.locator(".lesson").waitFor({ state: "detached" });
});

test("a lesson gives back what was there before, and what was changed in it", async (t) => {
  const { page, editor } = await start(t);
  await editor.content.waitFor();
  await editor.write("# mine\n");
  await begin(page, /NodePort/);
  await heading(page, "A port on every node");
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await editor.text(), "# mine\n");
  await page.locator(".lesson").waitFor({ state: "detached" });
  await begin(page, /NodePort/);
  await heading(page, "A port on every node");
  await editor.typeAfter("kind: Service", " # changed");
  await next(page);
  assert.doesNotMatch(await editor.text(), /changed/);
  await page.getByRole("button", { name: "Undo" }).click();
  assert.match(await editor.text(), /changed/);
  await heading(page, "Any node will do");
});

test("a lesson by keyboard alone", async (t) => {
  const { page } = await start(t);
  await page.getByRole("button", { name: "Lessons", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: /Pods and ClusterIP/ }).focus();
  await page.keyboard.press("Enter");
  await heading(page, "Pods have addresses that do not last");
  await page.getByRole("button", { name: "Next", exact: true }).focus();
  await page.keyboard.press("Enter");
  await heading(page, "A Service stands for all of them");
  // The button is still where the keyboard is.
  await page.keyboard.press("Enter");
  await heading(page, "It has a name, too");
});

test("on a wide screen the page itself never scrolls", async (t) => {
  const { page } = await start(t);
  await begin(page, /One address, two Services/);
  for (let step = 0; step < 3; step++) await next(page);
  await page.getByRole("button", { name: "Ask ingress-nginx 0.8.3" }).click();
  await answered(page, 2, "default/s1:80");
  const beyond = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  assert.ok(beyond <= 0, `the page is ${beyond} pixels higher than its window`);
});

for (const [device, options] of Object.entries({ wide: {}, phone: { viewport: phone } })) {
  test(`a lesson in Korean, accessible and within its window: ${device}`, async (t) => {
    const { page } = await start(t, { locale: "ko-KR", ...options });
    await page.locator(".controls button[aria-haspopup=dialog]").last().click();
    await page.locator("dialog .card").nth(2).click();
    await heading(page, "한 단어면 클라우드가 로드 밸런서를 만듭니다");
    await assertAccessible(page);
    const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(width <= 0, `the page is ${width} pixels wider than its window`);
  });
}
