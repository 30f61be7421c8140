// Fetches the editor's module. Done at run time, so that a page whose editor cannot be had keeps
// working with a plain text field.
export function load_editor() {
  return import(new URL("editor.js", document.baseURI).href);
}

// A text of the page's own; `theme.js` may have asked for it already.
export async function load_text(name) {
  const response = await fetch(new URL(name, document.baseURI));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.text();
}
