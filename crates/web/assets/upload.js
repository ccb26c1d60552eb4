// @ts-check
/**
 * Files of a message that is being written: chosen, dropped, pasted or recorded. They go to the server in parts at once,
 * and on after any break; the message waits for them (MSG-A1). A small picture is made here: the server decodes none.
 */
import { complain } from "./extras.js";

/** @typedef {{ file: File, voice: number, id: number, done: number, ready: boolean, error: string, gone: boolean, row: HTMLElement }} Chosen */

const MOST = 10;
const AT_ONCE = 3;
const SIDE = 640;

const chat = /** @type {HTMLElement} */ (document.querySelector("[data-chat]"));
const conv = Number(chat.dataset.chat);
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("composer"));
const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("text"));
const note = document.getElementById("tray-note");
const picker = /** @type {HTMLInputElement | null} */ (document.getElementById("pick"));
const tray = document.getElementById("tray");
const pattern = /** @type {HTMLTemplateElement | null} */ (document.getElementById("tray-template"));
const token = form?.querySelector("input[name='_token']");

/** @param {string} name */
const word = (name) => tray?.dataset[name] ?? "";

/** @type {Chosen[]} */
let chosen = [];
/** Whether a button was pressed before all was there, and which one if it was not «Отправить». */
let wanted = false;
/** @type {HTMLElement | null} */
let pressed = null;

/** @param {number} bytes */
function size(bytes) {
  const [number, unit] = bytes < 1_047_552 ? [Math.ceil(bytes / 1024), word("kb")] : [Math.ceil((bytes / 1_048_576) * 10) / 10, word("mb")];
  return `${String(number).replace(".", ",")}\u00A0${unit}`;
}

/** @param {number} ms */
const length = (ms) => `${Math.floor(Math.ceil(ms / 1000) / 60)}:${String(Math.ceil(ms / 1000) % 60).padStart(2, "0")}`;

// ---- the tray

/** @param {Chosen} one @param {string} text @param {boolean} [failed] */
function say(one, text, failed = false) {
  const place = one.row.querySelector("[data-state]");
  if (place && place.textContent !== text) place.textContent = text;
  one.row.classList.toggle("is-failed", failed);
  const again = one.row.querySelector("[data-again]");
  if (again instanceof HTMLElement) again.hidden = !failed;
  const bar = one.row.querySelector("progress");
  if (bar) {
    bar.value = one.ready ? 1 : one.done / one.file.size;
    bar.hidden = failed || one.ready;
  }
}

/** @param {Chosen} one */
const progress = (one) => say(one, `${size(one.file.size)} · ${Math.floor((one.done / one.file.size) * 100)}\u00A0%`);

/** @param {FileList | File[]} files @param {number} [voice] */
function add(files, voice = 0) {
  complain("");
  for (const file of files) {
    if (chosen.length >= MOST) return complain(word("many"));
    if (file.size === 0) {
      complain(word("empty"));
      continue;
    }
    const row = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (pattern?.content.cloneNode(true)).firstElementChild);
    const one = { file, voice, id: 0, done: 0, ready: false, error: "", gone: false, row };
    const name = voice > 0 ? `${word("voice")}, ${length(voice)}` : file.name;
    const place = row.querySelector("[data-name]");
    if (place) place.textContent = name;
    row.querySelector("[data-drop]")?.setAttribute("aria-label", `${word("drop")} ${name}`);
    row.querySelector("[data-drop]")?.addEventListener("click", () => drop(one));
    row.querySelector("[data-again]")?.addEventListener("click", () => {
      one.error = "";
      void work();
    });
    chosen.push(one);
    tray?.append(row);
    progress(one);
  }
  changed();
  void work();
}

function changed() {
  if (tray) tray.hidden = chosen.length === 0;
  // With files a message may have no words.
  if (field) field.required = chosen.length === 0;
  if (chosen.length === 0) want(false);
}

/** @param {boolean} yes @param {HTMLElement | null} [button] */
function want(yes, button = null) {
  wanted = yes;
  pressed = button;
  if (note) note.hidden = !yes;
}

/** @param {Chosen} one */
function drop(one) {
  one.gone = true;
  one.row.remove();
  chosen = chosen.filter((other) => other !== one);
  forget(one.file);
  if (one.id > 0) void post(`/files/${one.id}/drop`, "{}", "application/json").catch(() => {});
  changed();
  field?.focus();
  settle();
}

/** Sends the message that waited, once everything is there. */
function settle() {
  if (!wanted || chosen.length === 0 || !chosen.every((one) => one.ready)) return;
  const button = pressed;
  want(false);
  form?.requestSubmit(button);
}

/**
 * Takes the files out of the composer; `null` while some are still on their way: the message is sent when they are there.
 * @param {HTMLElement | null} [button] what was pressed, if not the button that sends
 * @returns {{ ids: number[], names: string } | null}
 */
export function takeFiles(button = null) {
  if (chosen.some((one) => !one.ready)) {
    want(true, button);
    for (const one of chosen.filter((other) => other.error !== "")) one.error = "";
    void work();
    return null;
  }
  const taken = { ids: chosen.map((one) => one.id), names: chosen.map((one) => one.row.querySelector("[data-name]")?.textContent ?? "").join("\n") };
  for (const one of chosen) {
    one.row.remove();
    forget(one.file);
  }
  chosen = [];
  changed();
  return taken;
}

// ---- the way to the server

/** What the server says no to; anything else is a break of the network. */
class Refused extends Error {}

/** @param {string} path @param {BodyInit} body @param {string} kind @param {Record<string, string>} [more] */
async function post(path, body, kind, more = {}) {
  const headers = { "Content-Type": kind, Accept: "application/json", "X-Zvonok-Token": token instanceof HTMLInputElement ? token.value : "", ...more };
  return answered(await fetch(path, { method: "POST", headers, body }));
}

/** @param {Response} answer */
async function answered(answer) {
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const said = await answer.json().catch(() => null);
  // Too much at once, or a server that is busy or starting: the same again in a moment.
  if (said === null || answer.status === 429 || answer.status === 503 || answer.status === 408) throw new Error(String(answer.status));
  const refused = new Refused(said.text ?? "");
  refused.name = said.error ?? "";
  throw refused;
}

/** @param {BufferSource} bytes */
async function digest(bytes) {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {File} file */
const key = (file) => `zvonok-upload-${chat.dataset.me}-${file.name}-${file.size}-${file.lastModified}`;

/** @param {File} file */
function forget(file) {
  try {
    localStorage.removeItem(key(file));
  } catch {
    // Nothing was kept.
  }
}

/** The upload of the same file that a page before this one has begun, or a new one. @param {Chosen} one */
async function begun(one) {
  let kept = one.id;
  try {
    kept ||= Number(localStorage.getItem(key(one.file)));
  } catch {
    // Without storage an upload lives as long as its page.
  }
  if (kept > 0) {
    try {
      return await answered(await fetch(`/files/${kept}`, { headers: { Accept: "application/json" } }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  const body = JSON.stringify({ conv, name: one.file.name, size: one.file.size });
  const made = await post("/files", body, "application/json");
  try {
    localStorage.setItem(key(one.file), String(made.id));
  } catch {
    // As above.
  }
  return made;
}

let working = false;

async function work() {
  if (working) return;
  working = true;
  try {
    for (;;) {
      const one = chosen.find((other) => !other.ready && other.error === "");
      if (!one) break;
      try {
        await bring(one);
      } catch (error) {
        if (one.gone) continue;
        if (error instanceof Refused) {
          // What arrived is not what is here: begun anew, it can still arrive.
          if (error.name === "M-40" || error.name === "M-411" || error.name === "404") {
            forget(one.file);
            one.id = 0;
          }
          one.error = error.message;
          say(one, error.message, true);
        } else {
          say(one, word("waiting"));
          await new Promise((done) => setTimeout(done, 2000));
        }
      }
    }
  } finally {
    working = false;
  }
  settle();
}

/** @param {Chosen} one */
async function bring(one) {
  const { id, part, missing, ready } = await begun(one);
  one.id = id;
  one.done = ready ? one.file.size : Math.max(0, one.file.size - missing.length * part);
  progress(one);
  const left = [...missing];
  const carry = async () => {
    for (let n = left.shift(); n !== undefined && !one.gone; n = left.shift()) {
      const bytes = await one.file.slice(n * part, (n + 1) * part).arrayBuffer();
      await post(`/files/${id}/parts/${n}`, bytes, "application/octet-stream", { "X-Zvonok-Digest": await digest(bytes) });
      one.done = Math.min(one.file.size, one.done + bytes.byteLength);
      progress(one);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, carry));
  if (one.gone) return;
  say(one, word("checking"));
  const sha256 = await digest(await one.file.arrayBuffer());
  const ended = await post(`/files/${id}/finish`, JSON.stringify({ sha256, voice_ms: one.voice || undefined }), "application/json");
  if (ended.kind.startsWith("image/")) await thumb(one);
  if (one.gone) return;
  one.ready = true;
  say(one, size(one.file.size));
}

/** Makes and sends the small picture; without one the picture is a file to be opened. @param {Chosen} one */
async function thumb(one) {
  try {
    const image = await createImageBitmap(one.file);
    const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    const pen = canvas.getContext("2d");
    if (!pen) return;
    // What is clear in a picture is not black in a JPEG.
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    for (const quality of [0.8, 0.6, 0.4]) {
      const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (!(small instanceof Blob) || small.size > 256 * 1024) continue;
      await post(`/files/${one.id}/thumb`, small, "application/octet-stream");
      return;
    }
  } catch (error) {
    // The picture itself is there; only a break of the network is worth another try.
    if (!(error instanceof Refused) && error instanceof TypeError) throw error;
  }
}

// ---- choosing

document.getElementById("attach")?.addEventListener("click", (event) => {
  event.preventDefault();
  picker?.click();
});
picker?.addEventListener("change", () => {
  if (picker.files) add([...picker.files]);
  picker.value = "";
  field?.focus();
});
field?.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length === 0) return;
  event.preventDefault();
  add(files);
});

/** @param {DragEvent} event */
const carries = (event) => form !== null && event.dataTransfer !== null && [...event.dataTransfer.types].includes("Files");
chat.addEventListener("dragover", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  chat.classList.add("is-over");
});
chat.addEventListener("dragleave", (event) => {
  if (!(event.relatedTarget instanceof Node) || !chat.contains(event.relatedTarget)) chat.classList.remove("is-over");
});
chat.addEventListener("drop", (event) => {
  chat.classList.remove("is-over");
  if (!carries(event)) return;
  event.preventDefault();
  add([...(event.dataTransfer?.files ?? [])]);
});

window.addEventListener("beforeunload", (event) => {
  if (chosen.some((one) => !one.ready && one.error === "")) event.preventDefault();
});

// ---- a voice note

const voice = /** @type {HTMLButtonElement | null} */ (document.getElementById("voice"));
const recording = document.getElementById("recording");

/** @type {MediaRecorder | null} */
let recorder = null;

if (voice && "MediaRecorder" in window && navigator.mediaDevices) {
  voice.hidden = false;
  voice.addEventListener("click", () => void record());
  recording?.querySelector("[data-stop]")?.addEventListener("click", () => recorder?.stop());
  recording?.querySelector("[data-drop]")?.addEventListener("click", () => {
    const given = recorder;
    recorder = null;
    given?.stop();
  });
}

async function record() {
  if (!voice || !recording || recorder) return;
  complain("");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    return complain(word("nomic"));
  }
  const own = new MediaRecorder(stream);
  recorder = own;
  /** @type {Blob[]} */
  const pieces = [];
  const from = performance.now();
  const time = recording.querySelector("[data-time]");
  const ticks = setInterval(() => {
    const ms = performance.now() - from;
    if (time) time.textContent = length(ms);
    if (ms > 3_600_000) own.stop();
  }, 500);
  own.addEventListener("dataavailable", (event) => pieces.push(event.data));
  own.addEventListener("stop", () => {
    clearInterval(ticks);
    for (const track of stream.getTracks()) track.stop();
    recording.hidden = true;
    voice.hidden = false;
    field?.focus();
    if (recorder !== own) return;
    recorder = null;
    const kind = own.mimeType.split(";")[0];
    const ending = kind.split("/")[1] ?? "webm";
    add([new File(pieces, `voice-${Date.now()}.${ending}`, { type: kind })], Math.max(1, Math.round(performance.now() - from)));
  });
  if (time) time.textContent = length(0);
  own.start();
  voice.hidden = true;
  recording.hidden = false;
  const stop = recording.querySelector("[data-stop]");
  if (stop instanceof HTMLElement) stop.focus();
}
