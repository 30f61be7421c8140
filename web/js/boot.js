// Starts the page. A file of its own, because the page's policy allows no script inside the HTML.
const script = document.querySelector("script[data-wasm]");
const address = (name) => new URL(name, document.baseURI).href;

/** Replaces what is in the shell by a message and two ways out. */
function apologise(reason) {
  console.error(reason);
  const notice = document.getElementById("trouble");
  // The first reason is the one that led to the others.
  if (!notice?.hidden) return;
  notice.hidden = false;
  notice.querySelector("[data-reason]").textContent = String(reason?.message ?? reason);
}

document.getElementById("trouble-reload")?.addEventListener("click", () => location.reload());
document.getElementById("trouble-reset")?.addEventListener("click", () => {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("portolan")) localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
  location.reload();
});
// The page's own panic hook fires this, where it was built with the words of panics; see main.rs.
addEventListener("portolan-panic", (event) => apologise(event.detail));
// A panic ends in a trap, with or without words.
const trapped = (reason) => reason instanceof WebAssembly.RuntimeError && apologise(reason);
addEventListener("error", (event) => trapped(event.error));
addEventListener("unhandledrejection", (event) => trapped(event.reason));

/** Fetches what comes after the first view: the editor, and the rest of the page where it comes in two parts. */
function fetchAhead() {
  const link = (rel, name, more) => {
    const element = Object.assign(document.createElement("link"), { rel, href: address(name), ...more });
    document.head.append(element);
  };
  const { rest } = script.dataset;
  if (rest) link("preload", rest, { as: "fetch", crossOrigin: "anonymous" });
  link("modulepreload", "editor.js");
}

// Who has been here before or follows a link is shown what needs all of it, so it is fetched at once; else when
// what the first view needs has arrived, which it would only slow down.
function isKnown() {
  try {
    return location.hash !== "" || localStorage.getItem("portolan.work") !== null;
  } catch {
    return true;
  }
}
const wasm = address(script.dataset.wasm);
if (isKnown()) {
  fetchAhead();
} else {
  const arrived = new PerformanceObserver((list) => {
    if (!list.getEntriesByName(wasm).length) return;
    arrived.disconnect();
    fetchAhead();
  });
  arrived.observe({ type: "resource", buffered: true });
}
try {
  const { default: start } = await import(address(script.dataset.js));
  await start({ module_or_path: wasm });
} catch (reason) {
  apologise(reason);
}
