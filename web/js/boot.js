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

// Who has been here before or follows a link is shown what needs the whole page: both parts are fetched at
// once.
function fetchRestEarly() {
  let kept = null;
  try {
    kept = localStorage.getItem("portolan.work");
  } catch {
    // Nothing is kept.
  }
  if (!script.dataset.rest || (!kept && !location.hash)) return;
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: address(script.dataset.rest) });
  document.head.append(link);
}

fetchRestEarly();
try {
  const { default: start } = await import(address(script.dataset.js));
  await start({ module_or_path: address(script.dataset.wasm) });
} catch (reason) {
  apologise(reason);
}
