// The page's address, and packing work into it. Nothing here sends anything: what stands behind the
// `#` of an address stays in the browser.

/** More than this is not unpacked: a small link can hold a very large text. */
const LARGEST = 4_000_000;

export function current_hash() {
  return location.hash;
}

/** Another hash, without another entry in the history. */
export function set_hash(hash) {
  try {
    history.replaceState(history.state, "", hash ? `#${hash}` : location.pathname + location.search);
  } catch {
    // Browsers refuse when it happens too often; the next change tries again.
  }
}

export function on_hash(callback) {
  addEventListener("hashchange", () => callback(location.hash));
}

/** The page's address with this hash. */
export function address(hash) {
  return `${location.href.split("#")[0]}#${hash}`;
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Text as base64url, compressed where the browser can. */
export async function pack(text) {
  const bytes = new TextEncoder().encode(text);
  if (typeof CompressionStream === "undefined") return `p.${toBase64(bytes)}`;
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return `d.${toBase64(new Uint8Array(await new Response(stream).arrayBuffer()))}`;
}

/** The text again; undefined for what `pack` would not have made. */
export async function unpack(packed) {
  try {
    let bytes = fromBase64(packed.slice(2));
    if (packed.startsWith("d.")) {
      bytes = await limited(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")));
    } else if (!packed.startsWith("p.")) {
      return undefined;
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function limited(stream) {
  const parts = [];
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    length += value.length;
    if (length > LARGEST) {
      await reader.cancel();
      throw new Error("too large");
    }
    parts.push(value);
  }
}

function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}
