// @ts-check
/**
 * What was found is kept on the server, for the person and for whoever leads their lessons (CALL-F34): words of what
 * works and what does not, never sound or pictures.
 */
import { part, word, write } from "./call-words.js";

/** @typedef {{ microphone?: string, camera?: string, network?: string, trip?: number }} Finding */

/** Findings that come one after the other are told together. */
const SOON = 700;

/** @type {Finding} */
let found = {};
let timer = 0;
/** Whatever was said first arrives first. */
let sending = Promise.resolve();

/** @param {boolean} leaving */
async function send(leaving) {
  const line = part("check-kept", HTMLElement);
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  try {
    const answer = await fetch("/calls/check/found", { method: "POST", headers, body: JSON.stringify(found), keepalive: leaving, redirect: "error" });
    const said = await answer.json();
    write(line, answer.ok ? said.said : said.text);
  } catch {
    write(line, word("kept-failed"));
  }
}

/**
 * Adds something that was found; what was found of it before is replaced.
 * @param {Finding} finding
 */
export function report(finding) {
  found = { ...found, ...finding };
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    timer = 0;
    sending = sending.then(() => send(false));
  }, SOON);
}

window.addEventListener("pagehide", () => {
  if (timer === 0) return;
  clearTimeout(timer);
  timer = 0;
  void send(true);
});
