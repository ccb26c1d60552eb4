// @ts-check
/**
 * An own message is corrected in its bubble: Enter saves, Esc leaves it as it was. What may be changed and the text it
 * is made from are the server's, read from the message's own page; what was typed stays until it is saved.
 */
import { ask } from "./live.js";
import { add } from "./fragment.js";
import { complain, refresh } from "./extras.js";

const chat = /** @type {HTMLElement} */ (document.querySelector("[data-chat]"));
const conv = Number(chat.dataset.chat);
const list = /** @type {HTMLElement} */ (document.getElementById("msgs"));
const pattern = /** @type {HTMLTemplateElement | null} */ (document.getElementById("edit-template"));

/** The form of the message's own page: its revision and its text; null when it cannot be changed any more. @param {number} seq */
async function formOf(seq) {
  const answer = await fetch(`/sferum/${conv}/${seq}`, { headers: { Accept: "text/html" }, redirect: "error" });
  if (!answer.ok) return null;
  const holder = document.createElement("div");
  add(holder, await answer.text());
  const form = holder.querySelector(`form[action="/sferum/${conv}/${seq}/edit"]`);
  const rev = form?.querySelector("input[name='rev']");
  const text = form?.querySelector("textarea[name='text']");
  if (!(rev instanceof HTMLInputElement) || !(text instanceof HTMLTextAreaElement)) return null;
  return { rev: Number(rev.value), text: text.value };
}

/** @param {number} seq */
const find = (seq) => /** @type {HTMLElement | null} */ (list.querySelector(`[data-seq="${seq}"]`));

/** @param {number} seq */
export async function edit(seq) {
  complain("");
  let found;
  try {
    found = await formOf(seq);
  } catch {
    return complain(chat.dataset.offline ?? "");
  }
  const item = find(seq);
  if (!item || item.querySelector(".edit-in")) return;
  if (found === null || !pattern) return complain(chat.dataset.noedit ?? "");
  open(item, seq, found.rev, found.text);
}

/** @param {HTMLElement} item @param {number} seq @param {number} rev @param {string} before */
function open(item, seq, rev, before) {
  const place = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (/** @type {HTMLTemplateElement} */ (pattern).content.cloneNode(true)).firstElementChild);
  const field = /** @type {HTMLTextAreaElement} */ (place.querySelector("textarea"));
  const error = /** @type {HTMLElement} */ (place.querySelector("[data-error]"));
  const text = item.querySelector("[data-text]");
  field.value = before;
  item.classList.add("is-edited");
  text?.after(place);
  field.focus();
  field.setSelectionRange(before.length, before.length);

  const close = () => {
    place.remove();
    item.classList.remove("is-edited");
    refresh(seq);
    const more = item.querySelector("[data-more]");
    if (more instanceof HTMLElement) more.focus({ preventScroll: true });
  };
  /** @param {string} sentence */
  const say = (sentence) => {
    error.textContent = sentence;
    error.hidden = sentence === "";
    field.setAttribute("aria-invalid", String(sentence !== ""));
  };
  let saving = false;
  const save = async () => {
    if (saving) return;
    if (field.value.trim() === before.trim()) return close();
    saving = true;
    say("");
    try {
      const answer = await ask({ t: "edit", conv, seq, rev, text: field.value });
      if (answer.t !== "no") return close();
      say(answer.text);
      // Somebody was faster, on another device of one's own: what is there now is shown above, and can be saved over.
      if (answer.code === "M-410") {
        const now = await formOf(seq);
        if (now) rev = now.rev;
        item.classList.remove("is-edited");
      }
    } catch {
      say(chat.dataset.offline ?? "");
    } finally {
      saving = false;
    }
    field.focus();
  };

  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && !event.shiftKey && !matchMedia("(pointer: coarse)").matches) {
      event.preventDefault();
      void save();
    }
  });
  place.querySelector("[data-save]")?.addEventListener("click", () => void save());
  place.querySelector("[data-leave]")?.addEventListener("click", close);
}
