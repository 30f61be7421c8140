// Links: what the page's address says is followed, follows the page, and can be copied.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, assertAccessible, phone, setUp, start } from "./harness.mjs";

setUp();

const strict = "#controller=traefik&set.strictPrefixMatching=true";
const hash = (page) => page.evaluate(() => location.hash);
const picker = (page) => page.getByLabel("Answers as");
const sheet = (page) => page.locator("details", { has: page.locator("summary", { hasText: "Link" }) });

/** The link that the page offers, with the manifests or without. */
async function offered(page, withWork) {
  await sheet(page).locator("summary").click();
  if (withWork) await sheet(page).getByLabel("with manifests and requests").check();
  const field = sheet(page).getByLabel("Link", { exact: true });
  // That the sheet has opened is an event of its own, a moment later.
  await page.waitForFunction(([f, part]) => f.value.includes(part), [await field.elementHandle(), withWork ? "work=" : "#"]);
  return field.inputValue();
}

test("a link is followed, says so, and can be taken back", async (t) => {
  const { page } = await start(t, { hash: strict });
  assert.equal(await picker(page).inputValue(), "traefik");
  await answered(page, 0, "default/s1:80");
  // As text, Traefik's prefix /foo takes /foobar as well; strictly it does not.
  await answered(page, 2, "404 Not Found");
  await page.getByRole("status").getByText("Answers as Traefik 3.7, as the link says.").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await picker(page).inputValue(), "kubernetes");
});

test("the address follows the controller and the settings, without filling the history", async (t) => {
  const { page } = await start(t);
  assert.equal(await hash(page), "", "a first visit leaves the address alone");
  const before = await page.evaluate(() => history.length);
  await picker(page).selectOption("traefik");
  await page.waitForFunction(() => location.hash === "#controller=traefik&cloud=openstack");
  await page.locator("summary", { hasText: "Settings" }).click();
  await page.getByLabel("strictPrefixMatching").selectOption("true");
  await page.getByLabel("ingressClass", { exact: true }).fill("a b&c=d");
  await page.waitForFunction(() => location.hash.includes("%26"));
  assert.equal(await hash(page), "#controller=traefik&set.ingressClass=a%20b%26c%3Dd&set.strictPrefixMatching=true&cloud=openstack");
  await page.getByRole("button", { name: "Configuration", exact: true }).click();
  await page.waitForFunction(() => location.hash.includes("&view=configuration"));
  assert.equal(await page.evaluate(() => history.length), before);
  await page.reload();
  await page.locator(".conf-line").first().waitFor();
  assert.equal(await picker(page).inputValue(), "traefik");
  assert.equal(await page.getByText("as the link says").count(), 0, "a reload is no news");
});

test("a link put into the address bar of an open page is followed", async (t) => {
  const { page } = await start(t);
  await page.evaluate((hash) => (location.hash = hash), strict);
  await page.waitForFunction(() => document.querySelector("select[aria-label='Answers as']").value === "traefik");
  await page.evaluate(() => (location.hash = "#requests"));
  assert.equal(await picker(page).inputValue(), "traefik", "a place on the page is no link");
});

for (const [name, hostile, words] of [
  ["script", "#controller=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "controller <img src=x"],
  ["a setting of nobody", "#set.x=1", "set.x"],
  ["an unknown setting", "#controller=traefik&set.__proto__=1", "__proto__=1"],
  ["a bad value", "#controller=traefik&set.allowEmptyServices=maybe", "allowEmptyServices=maybe"],
  ["broken encoding", "#controller=%&view=%ff", "controller=…; view=…"],
  ["numbers", "#answering=-1&answering=1e9&view=constructor", "answering=-1; answering=1e9; view=constructor"],
  ["very many fields", `#${"controller=traefik&".repeat(500)}`, "more than 6 controllers"],
  ["a very long value", `#controller=${"x".repeat(100_000)}`, "controller=…"],
]) {
  test(`a hostile link breaks nothing: ${name}`, async (t) => {
    const { page } = await start(t, { hash: hostile });
    const said = await page.locator(".notice p").innerText();
    assert.ok(said.includes("Not understood in the link, and left out:"), said);
    assert.ok(said.includes(words), said);
    assert.equal(await page.locator(".notice img").count(), 0);
    await answered(page, 0, "default/s1:80");
  });
}

for (const broken of ["work=d.AAAA", "work=d.%00", "work=p.e30", "work=x", "work=", "work=p.____", "work=d.q1bKTFGyMqgFAA"]) {
  test(`what cannot be unpacked changes nothing: ${broken}`, async (t) => {
    const { page } = await start(t, { hash: `#${broken}` });
    await page.getByText("The manifests in this link cannot be read.").waitFor();
    await answered(page, 0, "default/s1:80");
    assert.equal(await hash(page), "");
  });
}

test("a small link that would unpack to very much is not unpacked", async (t) => {
  const { page, url } = await start(t);
  const bomb = await page.evaluate(async () => {
    const zeros = new Blob([new Uint8Array(50_000_000)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(zeros).arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), "")).replaceAll("+", "-").replaceAll("/", "_");
  });
  await page.goto("about:blank");
  await page.goto(`${url}#work=d.${bomb}`);
  await page.getByText("The manifests in this link cannot be read.").waitFor();
});

test("a link with manifests brings them, once", async (t) => {
  const { page, editor } = await start(t, { hash: strict });
  await editor.content.waitFor();
  await editor.write("# carried along: ü\n" + (await editor.text()));
  await page.getByLabel("New request").fill("http://foo.bar.com/foo/carried");
  await page.keyboard.press("Enter");
  await answered(page, 5, "default/s1:80");
  const link = await offered(page, true);
  assert.match(link, /^[\x21-\x7e]+$/);

  const other = await start(t);
  await other.editor.content.waitFor();
  await other.editor.write("kind: Mine\n");
  await other.page.goto("about:blank");
  await other.page.goto(`${other.url}#${link.split("#")[1]}`);
  await other.page.getByText("Opened the manifests and requests that the link brought.").waitFor();
  await answered(other.page, 5, "default/s1:80");
  assert.match(await other.editor.text(), /^# carried along: ü\n/);
  assert.equal(await picker(other.page).inputValue(), "traefik");
  assert.equal(await hash(other.page), `${strict}&cloud=openstack`, "the address no longer brings what may have been changed since");
  await other.page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await other.editor.text(), "kind: Mine\n");
});

test("without manifests a link does not give them away", async (t) => {
  const { page } = await start(t, { hash: strict });
  assert.equal((await offered(page, false)).split("#")[1], `${strict.slice(1)}&cloud=openstack`);
});

test("the link is copied, or selected where the browser does not let the page copy", async (t) => {
  const { page } = await start(t, { hash: strict, permissions: ["clipboard-read", "clipboard-write"] });
  const link = await offered(page, false);
  await sheet(page).getByRole("button", { name: "Copy link" }).click();
  await sheet(page).getByText("Copied.").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);

  const forbidden = await start(t, {
    prepare: (page) => page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined })),
  });
  await offered(forbidden.page, false);
  await sheet(forbidden.page).getByRole("button", { name: "Copy link" }).click();
  await sheet(forbidden.page).getByText("copy it from the field").waitFor();
  const selected = await forbidden.page.evaluate(() => {
    const { value, selectionStart, selectionEnd } = document.activeElement;
    return value.length > 0 && value.slice(selectionStart, selectionEnd) === value;
  });
  assert.ok(selected);
});

test("manifests that are too large for a link are said to be", async (t) => {
  const { page, editor } = await start(t);
  await editor.content.waitFor();
  const noise = Array.from({ length: 9000 }, (_, i) => `# ${Math.imul(i + 1, 2654435761) >>> 0} ${Math.imul(i + 7, 40503) >>> 0}`);
  await editor.write(noise.join("\n"));
  await sheet(page).locator("summary").click();
  await sheet(page).getByLabel("with manifests and requests").check();
  await sheet(page).getByText("too large for a link").waitFor();
  assert.doesNotMatch(await sheet(page).getByLabel("Link", { exact: true }).inputValue(), /work=/);
});

test("the sheet is for keyboard and phone, too", async (t) => {
  const { page } = await start(t, { viewport: phone, hasTouch: true, isMobile: true });
  await sheet(page).locator("summary").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Link");
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await assertAccessible(page);
  await page.keyboard.press("Escape");
  assert.equal(await sheet(page).getAttribute("open"), null);
  assert.match(await page.evaluate(() => document.activeElement.innerText), /Link/);
});
