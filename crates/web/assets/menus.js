// @ts-check
/** Menus made of <details data-menu>: Esc and a press outside close them, one is open at a time. */

/** @returns {HTMLDetailsElement[]} */
function open() {
  return [...document.querySelectorAll("details[data-menu][open]")].filter((menu) => menu instanceof HTMLDetailsElement);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary")?.focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of open()) {
    if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  }
});

// A summary of errors takes the focus, so that its words and links come first.
const summary = document.querySelector("[data-summary]");
if (summary instanceof HTMLElement) summary.focus();
