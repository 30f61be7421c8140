// Sets the chosen theme before the first paint, so that the page does not flash in the other one.
try {
  const theme = JSON.parse(localStorage.getItem("portolan.theme"));
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // A corrupt or forbidden store means the system's preference.
}
