// Sets the chosen theme and language before the first paint, so that the page does not flash in another one.
const chosen = (name) => {
  try {
    return JSON.parse(localStorage.getItem(`portolan.${name}`));
  } catch {
    // A corrupt or forbidden store means the system's preference.
    return null;
  }
};
const theme = chosen("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
// The first of the browser's languages that the page speaks.
const languages = [chosen("language"), ...(navigator.languages ?? [navigator.language])];
const language = languages.map((l) => String(l).slice(0, 2).toLowerCase()).find((l) => l === "en" || l === "ko");
document.documentElement.lang = language ?? "en";
if (language === "ko") {
  // On its way while the page itself is; see load.js.
  const words = document.createElement("link");
  Object.assign(words, { rel: "preload", as: "fetch", href: "languages/ko.txt", crossOrigin: "anonymous" });
  document.head.append(words);
}
