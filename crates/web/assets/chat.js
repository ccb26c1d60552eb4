// @ts-check
/**
 * An open chat: messages come in and go out at once, whatever the network does. What is written waits in an outbox
 * that outlives the page; one message of a chat is under way at a time, so a person's own order stays (MSG-E2), and
 * its own id makes a repeated send harmless (MSG-I2).
 */
import { ask, readFrom } from "./live.js";
import { add } from "./fragment.js";
import { complain, newCid, refresh, takeAck, takeReply } from "./extras.js";
import { takeFiles } from "./upload.js";

/** @typedef {{ cid: string, text: string, reply?: number, confirmed?: boolean, urgent?: boolean, files?: number[], ack?: { due: string | null, both: boolean }, names?: string, failed?: string }} Waiting */

const chat = /** @type {HTMLElement} */ (document.querySelector("[data-chat]"));
const conv = Number(chat.dataset.chat);
const me = Number(chat.dataset.me);
const log = /** @type {HTMLElement} */ (document.getElementById("chat-log"));
const list = /** @type {HTMLElement} */ (document.getElementById("msgs"));
const template = /** @type {HTMLTemplateElement} */ (document.getElementById("msg-template"));
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("composer"));
const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("text"));
const clock = new Intl.DateTimeFormat("ru", { timeZone: chat.dataset.zone, hour: "numeric", minute: "2-digit" });
const dayOf = new Intl.DateTimeFormat("ru", { timeZone: chat.dataset.zone, weekday: "long", day: "numeric", month: "long" });
const dateOf = new Intl.DateTimeFormat("sv", { timeZone: chat.dataset.zone });
// How far the server's clock is from this one: days and hours are the school's.
const ahead = Number(chat.dataset.now) - Date.now();
const present = () => Date.now() + ahead;
let last = Number(chat.dataset.last);
let closed = false;

/** @param {string} name */
const word = (name) => chat.dataset[name] ?? "";

/** Whose messages are folded here. */
const blocked = new Set((chat.dataset.blocked ?? "").split(" "));

/** Whether this page shows the newest messages; a page of older ones is only read. */
const newest = chat.dataset.newer !== "true";

/** @param {number} seq */
const find = (seq) => /** @type {HTMLElement | null} */ (list.querySelector(`[data-seq="${seq}"]`));

/** @param {string} cid */
const findOwn = (cid) => /** @type {HTMLElement | null} */ (list.querySelector(`[data-cid="${CSS.escape(cid)}"]`));

/**
 * Writes a text with its web addresses as links; nothing in it is ever read as HTML.
 * @param {Element} place
 * @param {string} text
 */
function write(place, text) {
  place.textContent = "";
  let from = 0;
  for (const found of text.matchAll(/(?<![\p{L}\p{N}])https?:\/\/[\p{L}\p{N}][^\s<>"«»]*/gu)) {
    const address = found[0].replace(/[.,;:!?)\]…]+$/u, "");
    place.append(text.slice(from, found.index));
    from = found.index + address.length;
    if (!URL.canParse(address)) {
      place.append(address);
      continue;
    }
    const link = document.createElement("a");
    link.href = address;
    link.rel = "noopener noreferrer nofollow";
    link.target = "_blank";
    // The host stands out; one that seems to be another is drawn by the server, with where it really leads (MSG-B8).
    const host = new URL(address).hostname;
    const at = address.indexOf("://") + 3;
    if (address.slice(at, at + host.length).toLowerCase() === host) {
      const bold = document.createElement("b");
      bold.textContent = address.slice(at, at + host.length);
      link.append(address.slice(0, at), bold, address.slice(at + host.length));
    } else link.textContent = address;
    place.append(link);
  }
  place.append(text.slice(from));
}

/**
 * Makes a bubble of the template that the server's own bubbles are made of.
 * @param {{ seq: number, rev: number, sender: number, name: string, initials: string, seat: string, cid: string, ts: number, text: string | null, urgent?: boolean }} line
 */
function bubble(line) {
  const item = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (template.content.cloneNode(true)).firstElementChild);
  const own = line.sender === me;
  const before = /** @type {HTMLElement | null} */ (list.lastElementChild);
  const run =
    before?.matches(".msg") === true &&
    Number(before.dataset.sender) === line.sender &&
    dateOf.format(Number(before.dataset.ts)) === dateOf.format(line.ts) &&
    line.ts - Number(before.dataset.ts) < 600_000;
  item.classList.toggle("msg-own", own);
  item.classList.toggle("msg-run", run);
  item.dataset.sender = String(line.sender);
  item.dataset.cid = line.cid;
  const avatar = item.querySelector(".avatar");
  const who = item.querySelector(".msg-who");
  const name = item.querySelector("[data-name]");
  const badge = item.querySelector("[data-badge]");
  if (name) name.textContent = line.name;
  if (badge) {
    const text = line.seat === "" ? "" : word(line.seat);
    badge.textContent = text;
    if (text === "") badge.remove();
  }
  if (avatar) {
    avatar.textContent = line.initials;
    avatar.classList.replace("tint-0", `tint-${line.sender % 6}`);
  }
  if (!line.urgent) item.querySelector("[data-urgent]")?.remove();
  if (own || run) {
    avatar?.remove();
    const hidden = document.createElement("span");
    hidden.className = "vh";
    hidden.textContent = line.name;
    who?.replaceWith(hidden);
  }
  renew(item, line);
  return item;
}

/**
 * Brings a bubble to the state of its line.
 * @param {HTMLElement} item
 * @param {{ seq: number, rev: number, sender: number, ts: number, text: string | null }} line
 */
function renew(item, line) {
  item.dataset.seq = String(line.seq);
  item.dataset.rev = String(line.rev);
  item.dataset.ts = String(line.ts);
  if (line.seq > 0) item.id = `m${line.seq}`;
  const gone = line.text === null;
  item.classList.toggle("msg-gone", gone);
  if (gone) item.querySelector("[data-urgent]")?.remove();
  const place = item.querySelector("[data-text]");
  if (place) {
    if (gone) place.textContent = word("deleted");
    // Until the server has folded it there is nothing to be seen.
    else if (blocked.has(String(line.sender)) && !place.closest("details")) place.textContent = "…";
    else write(place, line.text ?? "");
  }
  const time = item.querySelector("[data-time]");
  if (time) time.textContent = clock.format(line.ts);
  const edited = item.querySelector("[data-edited]");
  if (edited) {
    if (line.rev === 0 || gone) edited.remove();
  } else if (line.rev > 0 && !gone) {
    const mark = document.createElement("span");
    mark.setAttribute("data-edited", "");
    mark.textContent = word("edited");
    time?.before(mark);
  }
  const more = item.querySelector("[data-more]");
  if (!(more instanceof HTMLAnchorElement)) return;
  more.href = `/sferum/${conv}/${line.seq}`;
  if (gone) more.remove();
  // What has no number yet has no page.
  else more.hidden = line.seq === 0;
}

/** @param {number} ts */
function separate(ts) {
  const before = [...list.querySelectorAll(".msg")].at(-1);
  const day = dateOf.format(ts);
  if (before instanceof HTMLElement && dateOf.format(Number(before.dataset.ts)) === day) return;
  const line = document.createElement("li");
  line.className = "day-sep";
  const words = dayOf.format(ts);
  line.textContent = day === dateOf.format(present()) ? `${word("today")}, ${words}` : words;
  list.append(line);
}

/**
 * Puts a bubble where its number belongs; what has none yet waits at the end. At the bottom the column stays there
 * by itself; above, what is being read does not move (column-reverse).
 * @param {HTMLElement} item
 */
function show(item) {
  document.getElementById("no-messages")?.remove();
  const seq = Number(item.dataset.seq);
  const below = [...list.querySelectorAll(".msg")].find((other) => {
    const number = other instanceof HTMLElement ? Number(other.dataset.seq) : 0;
    return other !== item && seq > 0 && (number === 0 || number > seq);
  });
  // What is in its place already is left alone, and not read out a second time.
  if (below ? item.nextElementSibling === below : list.lastElementChild === item) return;
  if (below) below.before(item);
  else list.append(item);
}

/** @param {any} line */
function receive(line) {
  const known = find(line.seq) ?? (line.sender === me ? findOwn(line.cid) : null);
  if (known) {
    const waited = known.dataset.seq === "0";
    state(known, "");
    renew(known, line);
    // A message that waited may have been overtaken: the order is the server's.
    if (waited) show(known);
  } else if (line.seq > last) {
    separate(line.ts);
    show(bubble(line));
    if (line.sender !== me) miss();
  }
  // What a blocked person writes is folded by the server, as everything that is more than text.
  if (line.rich || blocked.has(String(line.sender))) refresh(line.seq);
  last = Math.max(last, line.seq);
  if (line.sender !== me) markRead();
}

document.addEventListener("zvonok:event", (event) => {
  const said = /** @type {CustomEvent} */ (event).detail;
  if (said.conv !== conv) return;
  if (said.kind === "message" && newest) receive(said.line);
  else if (said.kind === "edited" || said.kind === "deleted") {
    const item = find(said.line.seq);
    if (item) renew(item, said.line);
    // What the new text says may be warned of, or no more.
    if (item && said.kind === "edited" && said.line.rich) refresh(said.line.seq);
    if (item && said.kind === "deleted") item.querySelectorAll(".reactions, .bubble-quote, .bubble-foot, .chat-note, .poll, .diary-card").forEach((part) => part.remove());
  } else if (said.kind === "touched") refresh(said.seq);
  else if (said.kind === "read" && said.person !== me) countReaders();
  else if (said.kind === "chat_left") leave();
});

let counting = 0;

/** How many have read own messages is counted by the server, which knows who may learn of whom (MSG-R3). */
function countReaders() {
  if (counting !== 0 || !newest) return;
  counting = window.setTimeout(async () => {
    counting = 0;
    // In a call the chat is a part of another page.
    const address = chat.dataset.address ?? location.href;
    const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) return;
    const holder = document.createElement("div");
    add(holder, await answer.text());
    for (const counted of holder.querySelectorAll("[data-readers]")) {
      const from = counted.closest(".msg");
      const item = from instanceof HTMLElement ? find(Number(from.dataset.seq)) : null;
      if (!item) continue;
      item.querySelector("[data-readers]")?.remove();
      item.querySelector("[data-state]")?.before(counted);
      state(item, "");
    }
  }, 1000);
}

// The title of the tab follows the head of the chat.
document.addEventListener("zvonok:fragment", (event) => {
  const fresh = /** @type {CustomEvent} */ (event).detail;
  const title = fresh instanceof HTMLElement && fresh.id === "chat-head" ? fresh.querySelector("#chat-title")?.textContent : "";
  if (title) document.title = document.title.replace(/^.*(?= · )/, title);
});

function leave() {
  closed = true;
  // This page is closed to the viewer: the list, and what it tells of the chat, is that of all chats.
  readFrom("/sferum");
  document.querySelector(`#chats-list a[href="/sferum/${conv}"]`)?.closest("li")?.remove();
  list.textContent = "";
  form?.replaceChildren(document.createTextNode(word("left")));
}

document.addEventListener("zvonok:reset", () => location.reload());

// ---- the outbox

const key = `zvonok-outbox-${me}-${conv}`;

/** @returns {Waiting[]} */
function outbox() {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

/** @param {Waiting[]} waiting */
function keep(waiting) {
  try {
    if (waiting.length === 0) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(waiting));
  } catch {
    // Without storage the outbox lives as long as the page.
  }
  unsaved = waiting;
}

/** @type {Waiting[]} */
let unsaved = outbox();

/** @returns {Waiting[]} */
function waiting() {
  const kept = outbox();
  return kept.length > 0 ? kept : unsaved;
}

/**
 * @param {HTMLElement} item
 * @param {string} text
 * @param {boolean} [failed]
 */
function state(item, text, failed = false) {
  item.classList.toggle("msg-failed", failed);
  const place = item.querySelector("[data-state]");
  if (!place) return;
  place.textContent = "";
  if (!failed) {
    place.textContent = text;
    return;
  }
  const again = document.createElement("button");
  again.type = "button";
  again.className = "link";
  again.textContent = text;
  again.addEventListener("click", () => {
    keep(waiting().map((one) => (one.cid === item.dataset.cid ? { ...one, failed: undefined } : one)));
    void flush();
  });
  place.append(again);
}

/** What a message shows while it waits: the server draws its files later. @param {Waiting} one */
const shownText = (one) => (one.text === "" ? (one.names ?? "") : one.text);

/** @param {Waiting} one */
function echo(one) {
  const shown = findOwn(one.cid);
  if (shown) return shown;
  const now = present();
  separate(now);
  const item = bubble({ seq: 0, rev: 0, sender: me, name: "", initials: "", seat: "", cid: one.cid, ts: now, text: shownText(one), urgent: one.urgent });
  show(item);
  return item;
}

let flushing = false;

async function flush() {
  if (flushing || closed) return;
  flushing = true;
  try {
    // Tabs of one device share the outbox under a lock (MSG-E3).
    if (navigator.locks) await navigator.locks.request(key, empty);
    else await empty();
  } finally {
    flushing = false;
  }
}

async function empty() {
  for (;;) {
    const one = waiting().find((other) => !other.failed);
    if (!one || closed) return;
    const item = echo(one);
    state(item, word("sending"));
    let answer;
    try {
      answer = await ask({ t: "send", conv, cid: one.cid, text: one.text, reply: one.reply, confirmed: one.confirmed, urgent: one.urgent, files: one.files, ack: one.ack });
    } catch {
      state(item, word("waiting"));
      setTimeout(flush, 3000);
      return;
    }
    if (answer.t === "ack") {
      keep(waiting().filter((other) => other.cid !== one.cid));
      if (Number(item.dataset.seq) === 0) {
        renew(item, { seq: answer.seq, rev: 0, sender: me, ts: answer.ts, text: shownText(one) });
        // The answer may come before the event (MSG-E5), and another tab's message may have stood above.
        show(item);
        state(item, word("sent"));
        if (one.reply || one.files || one.ack) refresh(answer.seq);
      }
      if (answer.seq === last + 1) last = answer.seq;
    } else if (answer.retry) {
      await new Promise((done) => setTimeout(done, answer.retry));
    } else {
      keep(waiting().map((other) => (other.cid === one.cid ? { ...other, failed: answer.code } : other)));
      state(item, word("failed"), true);
      complain(answer.text);
      if (answer.code === "M-12" || answer.code === "M-28") offerAnyway(one.cid, answer.code === "M-28");
    }
  }
}

/**
 * Many people would be called, or a device is new: the sender is asked once more. The same id goes again (MSG-I2).
 * @param {string} cid
 * @param {boolean} device
 */
function offerAnyway(cid, device) {
  const anyway = document.getElementById("send-anyway");
  if (!anyway) return;
  anyway.textContent = (device ? anyway.dataset.device : anyway.dataset.call) ?? "";
  anyway.hidden = false;
  anyway.onclick = () => {
    complain("");
    keep(waiting().map((one) => (one.cid === cid ? { ...one, failed: undefined, confirmed: true } : one)));
    void flush();
  };
}

function submit() {
  const text = field?.value.trim() ?? "";
  if (!field || closed) return;
  const files = takeFiles();
  if (files === null || (text === "" && files.ids.length === 0)) return;
  /** @type {Waiting} */
  const one = { cid: newCid(), text, reply: takeReply(), ack: takeAck() };
  const urgent = document.getElementById("urgent");
  if (urgent instanceof HTMLInputElement && urgent.checked) {
    one.urgent = true;
    urgent.checked = false;
  }
  if (files.ids.length > 0) {
    one.files = files.ids;
    one.names = files.names;
  }
  keep([...waiting(), one]);
  field.value = "";
  field.focus();
  complain("");
  if (!newest) {
    // Older messages are on the screen: the answer is below the newest ones.
    void flush().then(() => location.assign(`/sferum/${conv}`));
    return;
  }
  echo(one);
  log.scrollTop = 0;
  void flush();
}

/** What is typed and chosen goes along to the page that asks when it is to be sent. @param {HTMLElement} button */
function putAside(button) {
  const files = takeFiles(button);
  if (!form || files === null) return;
  for (const id of files.ids) {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "file", value: String(id) });
    form.append(hidden);
  }
  form.action = button.getAttribute("formaction") ?? "";
  form.submit();
}
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.id === "later") putAside(event.submitter);
  else submit();
});
field?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  submit();
});
document.addEventListener("zvonok:online", (event) => {
  if (/** @type {CustomEvent} */ (event).detail) void flush();
});
window.addEventListener("online", () => void flush());
if (newest) {
  for (const one of waiting()) {
    const item = echo(one);
    if (one.failed) state(item, word("failed"), true);
  }
  void flush();
}

// ---- reading

let read = 0;
let reading = 0;

function markRead() {
  if (reading !== 0 || last <= read || closed) return;
  // At most two marks a second (MSG-R2), and only of what is really looked at.
  reading = window.setTimeout(async () => {
    reading = 0;
    if (document.visibilityState !== "visible" || log.scrollTop < -200 || chat.dataset.held) return;
    const upto = last;
    try {
      await ask({ t: "read", conv, seq: upto });
      read = upto;
    } catch {
      // Told again with the next message.
    }
  }, 500);
}

document.addEventListener("visibilitychange", markRead);
log.addEventListener("scroll", markRead, { passive: true });
if (newest) {
  // Reading begins at the first message that was not read, wherever the column begins.
  const fresh = document.getElementById("new-line");
  // Whoever comes for one message (a found, quoted or pinned one) is already where they want to be.
  const sought = location.hash.startsWith("#m");
  if (!sought && fresh && fresh.getBoundingClientRect().top < log.getBoundingClientRect().top) fresh.scrollIntoView({ block: "start" });
  markRead();
}

// ---- the way down

const down = document.getElementById("to-newest");
const missed = down?.querySelector("[data-missed]");
let unseen = 0;

/** Whether the newest message is out of sight. */
const above = () => log.scrollTop < -200;

function offerDown() {
  if (!down || !missed) return;
  if (!above()) unseen = 0;
  down.hidden = !newest || !above();
  missed.textContent = unseen > 0 ? String(unseen) : "";
}

/** A message has come that is not seen. */
function miss() {
  if (above()) unseen += 1;
  offerDown();
}

log.addEventListener("scroll", offerDown, { passive: true });
down?.addEventListener("click", () => {
  log.scrollTop = 0;
  field?.focus();
});
offerDown();

// ---- older pages

document.addEventListener("click", async (event) => {
  const link = event.target instanceof Element ? event.target.closest("#older") : null;
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const holder = document.createElement("div");
    add(holder, await answer.text());
    const older = holder.querySelector("#msgs");
    const further = holder.querySelector("#older");
    const height = log.scrollHeight;
    const top = log.scrollTop;
    // What is read back is nothing new to be told of.
    log.setAttribute("aria-live", "off");
    if (older) {
      // One day that two pages share is named once.
      const days = [...older.querySelectorAll(".day-sep")];
      const first = list.firstElementChild;
      if (first?.matches(".day-sep") && first.textContent === days.at(-1)?.textContent) first.remove();
      list.prepend(...older.childNodes);
    }
    setTimeout(() => log.removeAttribute("aria-live"), 1000);
    if (further instanceof HTMLAnchorElement) {
      link.href = further.href;
      link.removeAttribute("aria-busy");
    } else {
      log.focus({ preventScroll: true });
      link.parentElement?.remove();
    }
    // The column counts from the bottom, so what is read has not moved; browsers that count otherwise are helped.
    if (top > 0) log.scrollTop = top + log.scrollHeight - height;
  } catch {
    location.assign(link.href);
  }
});
