// @ts-check
/**
 * The page before a call: devices are chosen and tried, and nothing of it reaches anybody. Everything is off at first;
 * what is switched on here stays on in the call.
 */
import { chosen, devices, hasSpeakers, isSecure, leadTo, measure, ring, soundContext } from "./call-devices.js";
import { change, onChange, own, turn } from "./call-mine.js";
import { draw, part, word, write } from "./call-words.js";

/** @typedef {import("./call-devices.js").Kind} Kind */
/** @type {Kind[]} */
const KINDS = ["microphone", "camera", "speaker"];
const CHECKED = "zvonok-devices-checked";
/** A microphone of which nothing was heard for so long is silent. */
const SILENCE = 8_000;

const check = part("check", HTMLElement);
const video = part("check-video", HTMLVideoElement);
const sound = part("sound", HTMLAudioElement);
const level = part("level", HTMLMeterElement);
const levelLine = part("level-line", HTMLElement);
const trouble = part("check-trouble", HTMLElement);

/** @param {Kind} kind */
const select = (kind) => part(kind, HTMLSelectElement);

/** Fills the choices; what has one device or none to choose from is not shown. */
export async function listDevices() {
  for (const kind of KINDS) {
    const field = select(kind).closest("[data-device]");
    const all = kind === "speaker" && !hasSpeakers ? [] : await devices(kind);
    if (field instanceof HTMLElement) field.hidden = all.length === 0;
    const options = all.map((one) => new Option(one.label, one.id, false, one.id === chosen(kind)));
    select(kind).replaceChildren(...options);
  }
}

/**
 * Says why a device does not come, and what to do about it.
 * @param {import("./call-peer.js").Source} source
 * @param {import("./call-devices.js").Trouble} why
 */
export function troubleWords(source, why) {
  return source === "screen" ? word("screen-trouble") : word(`${source}-${why}`);
}

/** Hears what was found of a device. @type {(found: { microphone?: string, camera?: string }) => void} */
let tell = () => {};
/** @type {() => void} */
let stopMeasuring = () => {};
let isHeard = false;
/** Whether the person was heard since the page was opened: silence afterwards is theirs. */
let wasHeard = false;

/** @param {MediaStreamTrack | null} track */
function meter(track) {
  stopMeasuring();
  stopMeasuring = () => {};
  isHeard = false;
  if (track === null || check.hidden) return;
  write(levelLine, word("level-waits"));
  const deaf = window.setTimeout(() => {
    if (!wasHeard) tell({ microphone: "silent" });
  }, SILENCE);
  const stop = measure(track, (loud) => {
    level.value = loud;
    if (loud <= 0.25 || isHeard) return;
    isHeard = wasHeard = true;
    clearTimeout(deaf);
    write(levelLine, word("level-heard"));
    tell({ microphone: "works" });
    try {
      localStorage.setItem(CHECKED, String(Date.now()));
    } catch {
      // The next call simply asks again.
    }
  });
  stopMeasuring = () => {
    clearTimeout(deaf);
    stop();
  };
}

/** @param {import("./call-mine.js").Change} changed */
function show({ source, track, trouble: why }) {
  trouble.hidden = why === null;
  if (why) write(trouble.querySelector(".banner-text"), troubleWords(source, why));
  if (source === "screen") return;
  if (why) tell({ [source]: why === "insecure" || why === "unknown" ? "failed" : why });
  else if (track && source === "camera") tell({ camera: "works" });
  const button = part(source === "microphone" ? "check-microphone" : "check-camera", HTMLButtonElement);
  button.setAttribute("aria-pressed", String(track !== null));
  write(button.querySelector("[data-state]"), word(track ? "on" : "off"));
  if (source === "microphone") draw(button, track ? "mic" : "mic-off");
  else {
    draw(button, track ? "video" : "video-off");
    video.srcObject = track ? new MediaStream([track]) : null;
    video.classList.toggle("has-picture", track !== null);
    part("check-off", HTMLElement).hidden = track !== null;
  }
  if (source === "microphone") meter(track);
  // Only now the browser tells the names of devices.
  if (track) void listDevices();
}

/** The call has begun: nothing is measured any more, and the choices move into their dialog. */
export function leaveCheck() {
  stopMeasuring();
  check.hidden = true;
  video.srcObject = null;
  const place = document.getElementById("devices-place");
  place?.append(...check.querySelectorAll("[data-device]"));
}

/** Shows the page. @param {(found: { microphone?: string, camera?: string }) => void} [found] hears what was found */
export function beginCheck(found = () => {}) {
  tell = found;
  check.hidden = false;
  part("check-insecure", HTMLElement).hidden = isSecure;
  for (const source of /** @type {const} */ (["microphone", "camera"])) {
    const button = part(`check-${source}`, HTMLButtonElement);
    button.disabled = !isSecure;
    button.addEventListener("click", () => {
      soundContext();
      void turn(source, own(source) === null);
    });
  }
  for (const kind of KINDS) {
    select(kind).addEventListener("change", () => {
      void change(kind, select(kind).value).then(() => (kind === "speaker" ? leadTo(sound) : undefined));
    });
  }
  const ringing = part("check-sound", HTMLButtonElement);
  ringing.addEventListener("click", async () => {
    if (ringing.getAttribute("aria-busy") === "true") return;
    ringing.setAttribute("aria-busy", "true");
    await ring(sound);
    ringing.removeAttribute("aria-busy");
  });
  if (isSecure) navigator.mediaDevices.addEventListener("devicechange", () => void listDevices());
  onChange((changed) => {
    if (!check.hidden) show(changed);
  });
  if (!isSecure) tell({ microphone: "failed", camera: "failed" });
  void listDevices();
}
