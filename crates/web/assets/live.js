// @ts-check
/**
 * The live channel of a signed-in page: connects by WebSocket, goes on from the page's own place in the log, falls
 * back to long-poll, and tells the page by events: `zvonok:event` for each event, `zvonok:reset` when the page must
 * be read anew. Elements marked `data-live="topics"` are fetched and replaced by themselves when a topic stirs.
 */
import { reload } from "./fragment.js";
import { toast } from "./toast.js";

/**
 * @typedef {{ n: number, conv?: number, scope?: string, id?: number, kind: string, person?: number, seq?: number, line?: any }} LiveEvent
 * @typedef {{ t: string, g?: string, p?: string, events?: LiveEvent[], re?: number }} Frame
 */

const meta = document.querySelector('meta[name="live"]');
const me = Number(meta?.getAttribute("data-me"));
let cursor = meta?.getAttribute("content") ?? "";
/** @type {WebSocket | null} */
let socket = null;
let failures = 0;
let polling = false;
let stopped = cursor === "";
let heard = 0;
/** @type {Map<number, { done: (answer: any) => void, timer: number }>} */
const asked = new Map();
let next = 1;

/** @param {string} name @param {unknown} detail */
function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

/**
 * Takes one frame. False when something is missing between it and the one before: then the cursor is resumed from.
 * @param {Frame} frame
 */
function take(frame) {
  heard = Date.now();
  if (frame.t === "ev") {
    if (frame.p !== cursor) return false;
    cursor = frame.g ?? cursor;
    for (const event of frame.events ?? []) {
      stir(topicOf(event));
      // A new title stands in the head and in the list.
      if (event.kind === "titled") stir("members");
      if (event.kind === "safety_urgent") urge();
      tell("zvonok:event", event);
    }
  } else if (frame.t === "mark") {
    cursor = frame.g ?? cursor;
  } else if (frame.t === "reset") {
    cursor = frame.g ?? cursor;
    for (const topic of ["chats", "members", "pins", "diary", "safety", "silence", "calls"]) stir(topic);
    tell("zvonok:reset", null);
  } else if (frame.t === "typing") {
    // Outside of the chain of events: nothing is missed when it is lost.
    tell("zvonok:typing", frame);
  } else if (frame.re !== undefined) {
    const waiting = asked.get(frame.re);
    if (waiting) {
      asked.delete(frame.re);
      clearTimeout(waiting.timer);
      waiting.done(frame);
    }
  }
  return true;
}

/** @param {LiveEvent} event */
function topicOf(event) {
  if (event.kind.startsWith("safety_")) return "safety";
  // A call of a chat, or of a lesson, has begun or ended.
  if (event.kind === "call") return "calls";
  if (event.conv === undefined) return "diary";
  // What others have read concerns the open chat alone.
  if (event.kind === "read" && event.person !== me) return "";
  if (event.kind === "pinned") return "pins";
  if (event.kind === "touched") return "";
  if (event.kind === "silence") return "silence";
  return event.kind === "joined" || event.kind === "left" || event.kind === "seated" ? "members" : "chats";
}

/** An urgent report says so at once, on whatever page. */
function urge() {
  const place = document.querySelector("[data-urgent-report]");
  if (!place) return;
  const label = place.getAttribute("data-urgent-open") ?? "";
  toast(place.getAttribute("data-urgent-report") ?? "", { label, act: () => location.assign("/safety") });
}

/** @type {Set<string>} */
const stirred = new Set();
let timer = 0;

/**
 * Lets what shows a topic be read anew, soon.
 * @param {string} topic
 */
export function stir(topic) {
  stirred.add(topic);
  // Several events of a burst are one reading of the page.
  if (timer === 0) timer = window.setTimeout(renew, 250 + Math.random() * 250);
}

/** Where fragments are read from: this page, unless it is closed to the viewer meanwhile. */
let source = location.href;

/**
 * Reads fragments from another page of ours from now on.
 * @param {string} path
 */
export function readFrom(path) {
  source = new URL(path, location.href).href;
}

async function renew() {
  timer = 0;
  const topics = [...stirred];
  stirred.clear();
  const stale = [...document.querySelectorAll("[data-live]")].filter((element) => {
    const own = (element.getAttribute("data-live") ?? "").split(" ");
    // What is being typed in is left alone.
    return own.some((topic) => topics.includes(topic)) && !element.querySelector(":is(input, textarea, select):focus");
  });
  if (stale.length > 0) await reload(stale, source).catch(() => {});
}

function connect() {
  if (stopped || polling) return;
  const address = new URL("/live", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  address.searchParams.set("cursor", cursor);
  const own = new WebSocket(address);
  socket = own;
  own.addEventListener("open", () => {
    failures = 0;
    heard = Date.now();
    tell("zvonok:online", true);
  });
  own.addEventListener("message", (message) => {
    if (!take(JSON.parse(String(message.data)))) own.close(4000);
  });
  own.addEventListener("close", (closed) => {
    if (socket !== own) return;
    socket = null;
    tell("zvonok:online", false);
    if (stopped) return;
    if (closed.code === 4401) {
      stopped = true;
      location.reload();
      return;
    }
    failures += 1;
    if (failures >= 3) {
      polling = true;
      void poll();
      return;
    }
    const asks = closed.code === 1012 ? Number(closed.reason) || 0 : 0;
    setTimeout(connect, asks + (failures > 1 ? 1000 * failures : 0) + Math.random() * 500);
  });
}

async function poll() {
  let wait = 25;
  for (let round = 0; polling && !stopped; round += 1) {
    try {
      const address = new URL("/live/poll", location.href);
      address.searchParams.set("cursor", cursor);
      address.searchParams.set("wait", String(wait));
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (answer.status === 401) {
        stopped = true;
        location.reload();
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      if (round === 0) tell("zvonok:online", true);
      for (const frame of (await answer.json()).frames) take(frame);
      // The socket is tried again from time to time.
      if (round > 0 && round % 20 === 0) break;
    } catch {
      tell("zvonok:online", false);
      round = -1;
      await new Promise((done) => setTimeout(done, 3000 + Math.random() * 2000));
    }
  }
  polling = false;
  failures = 0;
  connect();
}

/**
 * Sends a command, over the socket when there is one. Answers as the server does; throws when there is no network.
 * @param {Record<string, unknown>} command
 * @returns {Promise<any>}
 */
export async function ask(command) {
  const own = socket;
  if (own && own.readyState === WebSocket.OPEN) {
    const re = next++;
    own.send(JSON.stringify({ ...command, re }));
    return new Promise((done, fail) => {
      const waits = window.setTimeout(() => {
        asked.delete(re);
        fail(new Error("no answer"));
      }, 10_000);
      asked.set(re, { done, timer: waits });
    });
  }
  const answer = await fetch("/live/command", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ ...command, re: 0 }),
  });
  const said = await answer.json();
  return said.t ? said : { t: "no", code: String(answer.status), text: said.text ?? said.error ?? "" };
}

// A sleeping phone keeps a socket that is dead: a missing mark shows it.
setInterval(() => {
  if (socket?.readyState === WebSocket.OPEN && Date.now() - heard > 45_000) socket.close(4001);
}, 5_000);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && socket === null && !polling) connect();
});
window.addEventListener("pagehide", () => {
  stopped = true;
  socket?.close(1000);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

connect();
