// @ts-check
/**
 * Whether a pupil may write just now: the server says it with the page, by an event, and at the moments that it has
 * named. What is typed stays in its field meanwhile.
 */
import { stir } from "./live.js";

const chat = /** @type {HTMLElement} */ (document.querySelector("[data-chat]"));
const form = document.getElementById("composer");
const ahead = Number(chat.dataset.now) - Date.now();
/** The longest that a timer of a browser holds. */
const MOST = 2 ** 31 - 1;
let timer = 0;

function settle() {
  const place = document.getElementById("silence");
  if (!place || !form) return;
  const silent = place.textContent?.trim() !== "";
  const typing = form.contains(document.activeElement);
  form.hidden = silent;
  if (silent && typing) place.focus({ preventScroll: true });
  clearTimeout(timer);
  const next = Number(place.dataset.next);
  if (next === 0) return;
  // A little later than the moment itself, and not everybody in the same second.
  const wait = next - (Date.now() + ahead) + 300 + Math.random() * 1500;
  timer = window.setTimeout(() => stir("silence"), Math.min(Math.max(wait, 1000), MOST));
}

document.addEventListener("zvonok:fragment", (event) => {
  const fresh = /** @type {CustomEvent} */ (event).detail;
  if (fresh instanceof HTMLElement && fresh.id === "silence") settle();
});
settle();
