// Fetches the editor's module. Done at run time, so that a page whose editor cannot be had keeps
// working with a plain text field.
export function load_editor() {
  return import(new URL("editor.js", document.baseURI).href);
}
