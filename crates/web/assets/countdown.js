// @ts-check
/**
 * `<time data-countdown="43" data-enables="resend">0:43</time>`: counts down and, at zero, lets the button with that
 * id be pressed and shows it in place of the line `data-countdown-line` around the time. Without scripts the button
 * is there at once and the server answers when it is too early.
 */

/** @param {number} seconds */
function words(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {Element} time */
function start(time) {
  const total = Number(time.getAttribute("data-countdown"));
  const button = document.getElementById(time.getAttribute("data-enables") ?? "");
  const line = time.closest("[data-countdown-line]");
  if (!Number.isFinite(total) || !(button instanceof HTMLButtonElement)) return;
  const begun = performance.now();
  const tick = () => {
    if (!time.isConnected) return;
    const left = Math.max(0, Math.ceil(total - (performance.now() - begun) / 1000));
    time.textContent = words(left);
    button.disabled = left > 0;
    button.hidden = left > 0;
    if (left > 0) {
      setTimeout(tick, 250);
    } else if (line instanceof HTMLElement) {
      line.hidden = true;
    }
  };
  tick();
}

/** @param {ParentNode} root */
function prepare(root) {
  for (const time of root.querySelectorAll("[data-countdown]")) start(time);
}

document.addEventListener("zvonok:fragment", (event) => {
  const root = /** @type {CustomEvent} */ (event).detail;
  if (root instanceof Element) prepare(root);
});
prepare(document);
