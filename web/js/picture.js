// The chart as files: an SVG that stands by itself, and a PNG of it. Everything is made in the browser.

/** What decides how a shape or a text looks; the page's style sheets stay behind. */
const SHAPE = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity"];
const TEXT = ["font-family", "font-size", "font-weight", "font-style", "letter-spacing", "paint-order"];
/** What a browser takes where nothing is said. */
const PLAIN = { "stroke": "none", "stroke-width": "1px", "stroke-dasharray": "none", "stroke-linecap": "butt", "stroke-linejoin": "miter", "opacity": "1", "font-weight": "400", "font-style": "normal", "letter-spacing": "normal", "paint-order": "normal" };

/** The chart on the page as an SVG that needs nothing else. */
function drawn() {
  const live = document.querySelector("svg.chart");
  if (!live) return null;
  const copy = live.cloneNode(true);
  const [from, to] = [live, copy].map((svg) => [...svg.querySelectorAll("*")]);
  from.forEach((element, at) => {
    const target = to[at];
    const style = getComputedStyle(element);
    if (style.display === "none") return target.setAttribute("display", "none");
    const wanted = element.localName === "text" ? [...SHAPE, ...TEXT] : element.localName === "g" ? ["opacity"] : SHAPE;
    if (!["title", "defs", "marker"].includes(element.localName)) {
      for (const name of wanted) {
        const value = style.getPropertyValue(name);
        if (value && value !== PLAIN[name]) target.setAttribute(name, value);
      }
    }
    // What is for the page alone.
    for (const name of ["class", "style", "role", "tabindex", "data-id", "aria-hidden"]) target.removeAttribute(name);
    if (element.localName !== "marker") target.removeAttribute("id");
  });
  copy.querySelectorAll('[display="none"]').forEach((element) => element.remove());
  for (const name of ["class", "role", "aria-describedby", "aria-label"]) copy.removeAttribute(name);
  const { width, height } = live.viewBox.baseVal;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
  title.textContent = live.getAttribute("aria-label") ?? "";
  copy.prepend(title);
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}

/** Offers a file to be kept. */
function keep(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A text as a file. */
export function keep_text(name, text) {
  keep(name, new Blob([text], { type: "text/plain" }));
}

/** The chart as SVG or, twice as large for sharp screens, as PNG; whether that worked. */
export async function keep_picture(kind) {
  try {
    const { text, width, height } = drawn();
    if (kind === "svg") {
      keep("portolan.svg", new Blob([text], { type: "image/svg+xml" }));
      return true;
    }
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    // Browsers refuse canvases beyond some 16,000 pixels a side, and phones earlier.
    const scale = Math.min(2, 8_000 / Math.max(width, height));
    [canvas.width, canvas.height] = [Math.ceil(width * scale), Math.ceil(height * scale)];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (!blob) return false;
    keep("portolan.png", blob);
    return true;
  } catch {
    return false;
  }
}

/** The element on the whole screen, or back. */
export function whole_screen(selector) {
  if (document.fullscreenElement) return document.exitFullscreen();
  return document.querySelector(selector)?.requestFullscreen?.();
}
