// @ts-check
/** The button beside a password that shows it. The button is hidden in the HTML, so without scripts nothing dead is seen. */

/** @param {ParentNode} root */
function prepare(root) {
  for (const button of root.querySelectorAll("[data-password] .reveal")) {
    if (button instanceof HTMLButtonElement) button.hidden = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest(".reveal") : null;
  const input = button?.parentElement?.querySelector("input");
  if (!button || !input) return;
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  const use = button.querySelector("use");
  const href = use?.getAttribute("href");
  if (use && href) use.setAttribute("href", href.replace(/#.*$/, shown ? "#eye-off" : "#eye"));
  const text = button.querySelector("[data-reveal-text]");
  if (text) text.textContent = text.getAttribute(shown ? "data-hide" : "data-show");
});

// A shown password goes back to dots before it is sent, so that the browser does not keep it as plain text.
document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement)) return;
  for (const input of event.target.querySelectorAll("[data-password] input")) {
    if (input instanceof HTMLInputElement) input.type = "password";
  }
});

document.addEventListener("zvonok:fragment", (event) => {
  const root = /** @type {CustomEvent} */ (event).detail;
  if (root instanceof Element) prepare(root);
});
prepare(document);
