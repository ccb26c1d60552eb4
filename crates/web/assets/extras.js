// @ts-check
/**
 * What a message of an open chat has beside its text: the server draws it, this module fetches it when it changes;
 * and the menu of a message: reactions, an answer, a pin.
 */
import { ask } from "./live.js";
import { add } from "./fragment.js";
import { edit } from "./edit.js";
import { toast } from "./toast.js";

const chat = /** @type {HTMLElement} */ (document.querySelector("[data-chat]"));
const conv = Number(chat.dataset.chat);
const list = /** @type {HTMLElement} */ (document.getElementById("msgs"));
const menu = document.getElementById("msg-menu");
const reply = /** @type {HTMLInputElement | null} */ (document.getElementById("reply"));
const replying = document.getElementById("replying");

/** @param {number} seq */
const find = (seq) => /** @type {HTMLElement | null} */ (list.querySelector(`[data-seq="${seq}"]`));

// ---- fetching

/** @type {Set<number>} */
const stale = new Set();
let timer = 0;

/**
 * Fetches a message anew, soon: several changes of a burst are one request.
 * @param {number} seq
 */
export function refresh(seq) {
  if (!find(seq)) return;
  stale.add(seq);
  if (timer === 0) timer = window.setTimeout(fetchStale, 100 + Math.random() * 300);
}

async function fetchStale() {
  timer = 0;
  const seqs = [...stale].slice(0, 50);
  for (const seq of seqs) stale.delete(seq);
  if (stale.size > 0) timer = window.setTimeout(fetchStale, 300);
  try {
    const answer = await fetch(`/sferum/${conv}/items?seqs=${seqs.join(",")}`, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) return;
    const holder = document.createElement("ol");
    for (const fresh of add(holder, await answer.text())) {
      const old = fresh instanceof HTMLElement ? find(Number(fresh.dataset.seq)) : null;
      // What is being corrected is drawn anew when that is over.
      if (!old || old.querySelector(".edit-in")) continue;
      const focused = old.contains(document.activeElement) ? document.activeElement : null;
      const value = focused instanceof HTMLButtonElement ? focused.value.replace("-", "") : "";
      const poll = keepChoice(old, fresh);
      old.replaceWith(fresh);
      if (poll) poll.focus({ preventScroll: true });
      else if (focused) {
        const again = value === "" ? fresh.querySelector("[data-more]") : fresh.querySelector(`.reaction[value$="${CSS.escape(value)}"]`);
        if (again instanceof HTMLElement) again.focus({ preventScroll: true });
      }
    }
  } catch {
    // The next event of the message asks again; a page read anew shows it in any case.
  }
}

/**
 * What somebody has marked in a poll and not sent yet outlives the drawing of new numbers.
 * @param {Element} old
 * @param {Element} fresh
 * @returns {HTMLElement | null} what takes the focus in the fresh poll, if the old one had it
 */
function keepChoice(old, fresh) {
  const marks = [.../** @type {NodeListOf<HTMLInputElement>} */ (old.querySelectorAll(".poll input"))];
  const unsent = marks.some((mark) => mark.checked !== mark.defaultChecked);
  let focus = null;
  for (const mark of marks) {
    const again = fresh.querySelector(`.poll input[name="${CSS.escape(mark.name)}"][value="${CSS.escape(mark.value)}"]`);
    if (!(again instanceof HTMLInputElement) || again.type === "hidden") continue;
    if (unsent) again.checked = mark.checked;
    if (mark === document.activeElement) focus = again;
  }
  const button = document.activeElement;
  if (button instanceof HTMLButtonElement && old.querySelector(".poll")?.contains(button)) {
    focus = fresh.querySelector(".poll .btn-main") ?? fresh.querySelector("[data-more]");
  }
  return focus instanceof HTMLElement ? focus : null;
}

// ---- commands

/** @param {Record<string, unknown>} command */
async function command(command) {
  try {
    const answer = await ask({ ...command, conv });
    if (answer.t === "no") complain(answer.text);
  } catch {
    complain(chat.dataset.offline ?? "");
  }
}

/** @param {string} text */
export function complain(text) {
  const place = document.getElementById("composer-error");
  const words = place?.querySelector(".banner-text");
  if (!place || !words) {
    // Who may only read has no composer.
    if (text !== "") toast(text);
    return;
  }
  words.textContent = text;
  place.hidden = text === "";
  const anyway = document.getElementById("send-anyway");
  if (anyway) anyway.hidden = true;
}

/**
 * This page would read it again at once, so the list is where one goes.
 * @param {number} seq
 */
async function unread(seq) {
  // What is on the screen meanwhile is not read again.
  chat.dataset.held = "true";
  try {
    const answer = await ask({ t: "unread", conv, seq });
    if (answer.t !== "no") {
      location.assign("/sferum");
      return;
    }
    complain(answer.text);
  } catch {
    complain(chat.dataset.offline ?? "");
  }
  delete chat.dataset.held;
}

/** @param {number} seq @param {string} value */
function react(seq, value) {
  const on = !value.startsWith("-");
  void command({ t: "react", seq, reaction: value.replace("-", ""), on });
}

/**
 * A form that is posted as it stands, with the page left where it is: what comes of it is drawn by the server.
 * @param {HTMLFormElement} form
 */
async function post(form) {
  try {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, String(value));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.type === "opaqueredirect") refresh(Number(form.dataset.post));
    else location.reload();
  } catch {
    complain(chat.dataset.offline ?? "");
  }
}

/**
 * Votes with what is marked; the server draws what comes of it.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
function vote(form, button) {
  const off = button instanceof HTMLButtonElement && button.name === "off";
  const options = off ? [] : new FormData(form).getAll("option").map(Number);
  if (!off && options.length === 0) {
    complain(form.dataset.none ?? "");
    return;
  }
  const seq = Number(form.dataset.vote);
  // What was marked is sent: the next drawing is the server's.
  for (const mark of form.querySelectorAll("input")) mark.defaultChecked = mark.checked;
  complain("");
  void command({ t: "vote", seq, cid: newCid(), options }).then(() => refresh(seq));
}

/** An id of a message or a command: sent again, it is the same one. */
export function newCid() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

list.addEventListener("submit", (event) => {
  const voted = event.target instanceof HTMLFormElement ? event.target.closest("[data-vote]") : null;
  if (voted instanceof HTMLFormElement) {
    event.preventDefault();
    event.stopPropagation();
    vote(voted, event.submitter);
    return;
  }
  const posted = event.target instanceof HTMLFormElement ? event.target.closest("[data-post]") : null;
  if (posted instanceof HTMLFormElement) {
    event.preventDefault();
    event.stopPropagation();
    void post(posted);
    return;
  }
  const form = event.target instanceof HTMLFormElement ? event.target.closest("[data-react]") : null;
  const button = event.submitter;
  if (!(form instanceof HTMLFormElement) || !(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  event.stopPropagation();
  react(Number(form.dataset.react), button.value);
});

// ---- the menu

/** Whether a message is among the pins in the head of the chat. @param {number} seq */
const isPinned = (seq) => (document.getElementById("chat-pins")?.dataset.seqs ?? "").split(" ").includes(String(seq));

/** @type {HTMLElement | null} */
let chosen = null;

list.addEventListener("click", (event) => {
  const more = event.target instanceof Element ? event.target.closest("[data-more]") : null;
  if (!menu || !("showPopover" in menu) || !(more instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  chosen = more.closest(".msg");
  const page = menu.querySelector("[data-page]");
  if (page instanceof HTMLAnchorElement) page.href = more.href;
  const report = menu.querySelector("[data-report]");
  if (report instanceof HTMLAnchorElement) {
    report.href = `${more.href}/report`;
    report.hidden = chosen?.matches(".msg-own") === true;
  }
  const unread = menu.querySelector("[data-unread]");
  if (unread instanceof HTMLElement) unread.hidden = chosen?.matches(".msg-own") === true;
  const correct = menu.querySelector("[data-edit]");
  if (correct instanceof HTMLElement) correct.hidden = chosen?.matches(".msg-own") !== true || chosen.querySelector(".poll") !== null;
  const pin = menu.querySelector("[data-pin] [data-word]");
  if (pin instanceof HTMLElement) pin.textContent = (isPinned(Number(chosen?.dataset.seq)) ? pin.dataset.off : pin.dataset.on) ?? "";
  for (const button of menu.querySelectorAll("[data-choice] .reaction")) {
    const own = chosen?.querySelector(`.reactions .reaction[value="-${/** @type {HTMLButtonElement} */ (button).value}"]`);
    button.setAttribute("aria-pressed", String(own !== null && own !== undefined));
  }
  menu.showPopover();
  const at = more.getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.width - 8))}px`;
  menu.style.top = `${at.bottom + box.height + 8 > innerHeight ? Math.max(8, at.top - box.height - 4) : at.bottom + 4}px`;
  const first = menu.querySelector("button, a");
  if (first instanceof HTMLElement) first.focus();
});

menu?.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest("button") : null;
  if (!target || !chosen) return;
  const seq = Number(chosen.dataset.seq);
  if (target.matches(".reaction")) react(seq, (target.getAttribute("aria-pressed") === "true" ? "-" : "") + target.value);
  else if (target.matches("[data-reply]")) answer(chosen);
  else if (target.matches("[data-pin]")) void command({ t: "pin", seq, on: !isPinned(seq) });
  else if (target.matches("[data-edit]")) void edit(seq);
  else if (target.matches("[data-unread]")) void unread(seq);
  menu.hidePopover();
  if (target.matches("[data-reply]")) document.getElementById("text")?.focus();
});

menu?.addEventListener("toggle", (event) => {
  if (/** @type {ToggleEvent} */ (event).newState === "closed" && chosen && !menu.contains(document.activeElement)) chosen = null;
});

// ---- answering

/** What a message says, without what is remarked of it. @param {HTMLElement} item */
function saidIn(item) {
  const said = item.querySelector("[data-text]")?.cloneNode(true);
  if (!(said instanceof HTMLElement)) return "";
  said.querySelectorAll("[data-doubt]").forEach((note) => note.remove());
  return said.textContent?.trim() ?? "";
}

/** @param {HTMLElement} item */
function answer(item) {
  if (!reply || !replying) return;
  reply.value = item.dataset.seq ?? "";
  const name = replying.querySelector("[data-name]");
  const text = replying.querySelector("[data-text]");
  if (name) name.textContent = item.querySelector("[data-name], .vh")?.textContent ?? "";
  if (text) text.textContent = saidIn(item);
  replying.hidden = false;
}

/** The message that is being answered, taken out of the composer. */
export function takeReply() {
  const seq = Number(reply?.value ?? "");
  dropReply();
  return seq > 0 ? seq : undefined;
}

function dropReply() {
  if (reply) reply.value = "";
  if (replying) replying.hidden = true;
}

document.getElementById("no-reply")?.addEventListener("click", (event) => {
  event.preventDefault();
  dropReply();
  document.getElementById("text")?.focus();
});

// ---- asking to acknowledge

/** Whether the message that is sent is to be acknowledged, taken out of the composer. */
export function takeAck() {
  const box = document.getElementById("ack");
  if (!(box instanceof HTMLInputElement) || !box.checked) return undefined;
  const due = /** @type {HTMLInputElement} */ (document.getElementById("ack-due"));
  const both = document.getElementById("ack-both");
  const taken = { due: due.value === "" ? null : due.value, both: both instanceof HTMLInputElement && both.checked };
  box.checked = false;
  due.value = "";
  if (both instanceof HTMLInputElement) both.checked = false;
  document.getElementById("ack-box")?.removeAttribute("open");
  return taken;
}
