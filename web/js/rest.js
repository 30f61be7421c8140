// The page's WebAssembly may come in two files: what the first view needs, and the rest, which shares the
// first one's memory and table. `cargo xtask build` parts it; built otherwise it is one file, and whole from
// the start.

let first;
let arrived;
const joined = new Promise((go) => (arrived = go));

/** Takes the exports of the first part. */
export function begin(exports) {
  first = exports;
}

/** Whether everything is here. */
export function isWhole() {
  return first?.restReady?.value !== 0;
}

function address() {
  return new URL(document.querySelector("script[data-rest]").dataset.rest, document.baseURI).href;
}

function join(module) {
  if (isWhole()) return;
  new WebAssembly.Instance(module, { first });
  first.restReady.value = 1;
  arrived();
}

/** Fetches the rest, or sees it arrive another way. */
export async function complete() {
  if (!isWhole()) await Promise.race([fetched(), joined]);
}

async function fetched() {
  const response = await fetch(address());
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  // A host that does not know the type of such files can be streamed from by nobody.
  const streams = response.headers.get("content-type")?.startsWith("application/wasm");
  join(await (streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer())));
}

/** Fetches the rest, however often it takes. */
export async function keepTrying() {
  while (!isWhole()) {
    await new Promise((go) => {
      setTimeout(go, 5000);
      addEventListener("online", go, { once: true });
    });
    await complete().catch(() => {});
  }
}

/** Fetches the rest and waits for it. Called from within the first part, which cannot go on without: there
 * is no other way to wait. It is for whoever is quicker than the network. */
export function fetchRest() {
  if (isWhole()) return;
  const request = new XMLHttpRequest();
  request.open("GET", address(), false);
  // The one way to have bytes of such a request: characters that are bytes.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw new Error(`${address()}: ${request.status}`);
  join(new WebAssembly.Module(Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0))));
}
