// Fetches the editor's module. Done at run time, so that a page whose editor cannot be had keeps
// working with a plain text field.
export function load_editor() {
  return import(new URL("editor.js", document.baseURI).href);
}

// A text of the page's own. Asked for anew each time, so that it is never older than the page.
export async function load_text(name) {
  const response = await fetch(new URL(name, document.baseURI), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.text();
}
