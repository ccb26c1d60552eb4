// @ts-check
/** A button that prints the page; without scripts it is not there, and the browser's own menu prints. */

for (const button of document.querySelectorAll("[data-print]")) {
  button.removeAttribute("hidden");
  button.addEventListener("click", () => window.print());
}
