// @ts-check
/**
 * The chat of a call is the conversation it belongs to (CALL-I13): its own part of the page of that chat, read when
 * it is opened first, with the same module that serves it there. Until then new messages are counted.
 */
import { add } from "./fragment.js";
import { readFrom } from "./live.js";
import { word, write } from "./call-words.js";

const main = document.getElementById("main");
const conv = Number(main?.dataset.chat ?? 0);
const me = Number(main?.dataset.me ?? 0);
const place = document.getElementById("talk-place");

let isOpen = false;
let fresh = 0;
/** @type {Promise<void> | null} */
let opening = null;
/** @type {(fresh: number) => void} */
let counts = () => {};

document.addEventListener("zvonok:event", (event) => {
  const said = /** @type {CustomEvent} */ (event).detail;
  if (said.conv !== conv || said.kind !== "message" || said.line?.sender === me || isOpen) return;
  fresh += 1;
  counts(fresh);
});

async function fetchChat() {
  const address = `/sferum/${conv}`;
  const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
  if (!answer.ok || !place) throw new Error(String(answer.status));
  const holder = document.createElement("div");
  add(holder, await answer.text());
  const chat = holder.querySelector("[data-chat]");
  if (!(chat instanceof HTMLElement)) throw new Error("no chat");
  // Its head is the call's own, and links of it would lead out of the call.
  chat.querySelector(".chat-head")?.remove();
  // So does the way into the call that is open already.
  chat.querySelector("#chat-call")?.remove();
  chat.dataset.address = address;
  chat.removeAttribute("aria-labelledby");
  // What leads to another page of the chat is not for a call: it would end it.
  for (const away of holder.querySelectorAll("#later, [data-unread]")) away.remove();
  place.replaceChildren(chat, ...holder.querySelectorAll("template, #msg-menu"));
  readFrom(address);
  await import("./chat.js");
}

// Links of messages open beside the call, unless a module makes something else of them.
place?.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (link && link.id !== "older") link.setAttribute("target", "_blank");
});

/** Opens the chat, or closes it. @param {boolean} open */
export async function openChat(open) {
  isOpen = open;
  if (!open) return;
  fresh = 0;
  counts(0);
  opening ??= fetchChat();
  try {
    await opening;
    const field = place?.querySelector("textarea");
    if (isOpen && matchMedia("(pointer: fine)").matches) field?.focus();
  } catch {
    opening = null;
    const waits = document.getElementById("talk-waits");
    write(waits, word("chat-not-opened"));
  }
}

/** Hears how many messages have come while the chat was closed. @param {(fresh: number) => void} hears */
export function onFresh(hears) {
  counts = hears;
}
