// @ts-check
/** Sentences below the tiles: what asks for an answer now, and one line that always tells how things stand. */
import { counted, hasWord, part, word, write } from "./call-words.js";

const told = part("told", HTMLElement);

/** Read aloud, not seen: what can be seen elsewhere. @param {string} text */
export function announce(text) {
  // The same sentence twice is news twice.
  told.textContent = told.textContent === text ? `${text}\u00a0` : text;
}

/** @param {string} id @param {boolean} on */
function note(id, on) {
  const place = part(id, HTMLElement);
  if (place.hidden === on) place.hidden = !on;
  return place;
}

/** @param {number} n */
const ordinal = (n) => (hasWord(`place-${n}`) ? word(`place-${n}`) : word("place-n", { n }));

/**
 * @param {{ place: number, before: string[], sharing: boolean, spoken: boolean, mute: boolean, quiet: boolean, minutes: number,
 *   leads: boolean }} now `minutes` to the bell, 0 when none is known
 */
export function showNotes(now) {
  const queue = note("queue", now.place > 0);
  if (now.place > 0) {
    write(queue.querySelector("[data-place]"), ordinal(now.place));
    write(queue.querySelector("[data-before]"), now.before.length > 0 ? word("before-you", { names: now.before.join(", ") }) : "");
  }
  note("sharing", now.sharing);
  note("spoken", now.spoken);
  note("unlock", now.mute);
  const line = [
    now.quiet && !now.leads ? word("seen-by-leaders") : "",
    now.minutes > 0 ? counted("until", now.minutes) : "",
  ];
  write(part("line", HTMLElement), line.filter((one) => one !== "").join(" "));
}

/** @typedef {"join" | "lobby" | "again" | "own" | "removed" | "rights" | "replaced" | "ended" | "failed"} Wait */

/** What can be tried again by hand. @type {Wait[]} */
const AGAIN = ["own", "removed", "replaced", "failed"];

/**
 * The page of one sentence, in place of the call.
 * @param {Wait | null} why null shows the call
 * @param {string} [text] in place of the usual one
 */
export function showWait(why, text = "") {
  const place = part("wait", HTMLElement);
  place.hidden = why === null;
  if (why === null) return;
  write(place.querySelector("[data-title]"), word(`wait-${why}-title`));
  write(place.querySelector("[data-text]"), text === "" ? word(`wait-${why}-text`) : text);
  part("wait-again", HTMLButtonElement).hidden = !AGAIN.includes(why);
  part("wait-back", HTMLElement).hidden = why === "join" || why === "again";
}

/**
 * @param {import("./call-quality.js").Quality} quality
 * @param {number} weak how many others have a weak network
 */
export function showQuality(quality, weak) {
  const place = part("quality", HTMLElement);
  place.hidden = false;
  place.dataset.quality = quality;
  write(place.querySelector("[data-text]"), word(`quality-${quality}`));
  const others = document.getElementById("weak");
  if (!others) return;
  others.hidden = weak === 0;
  if (weak > 0) write(others.querySelector("[data-text]"), counted("weak", weak));
}
