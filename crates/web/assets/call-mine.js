// @ts-check
/**
 * What this person sends: each source is off until they switch it on, and a device that is off is let go, so that its
 * light goes out.
 */
import { choose, takeCamera, takeMicrophone, takeScreen, troubleOf } from "./call-devices.js";

/** @typedef {import("./call-peer.js").Source} Source */
/** @typedef {{ source: Source, track: MediaStreamTrack | null, trouble: import("./call-devices.js").Trouble | null }} Change */

/** @type {Record<Source, MediaStreamTrack | null>} */
const tracks = { microphone: null, camera: null, screen: null };
/** What is being switched: a second press waits for the first. @type {Record<Source, Promise<void>>} */
const busy = { microphone: Promise.resolve(), camera: Promise.resolve(), screen: Promise.resolve() };
/** @type {((change: Change) => void)[]} */
const hearers = [];
/** Lines of the camera's picture. */
let lines = 360;

/** How large the own camera is taken. @param {number} height */
export function setLines(height) {
  lines = height;
}

/** Hears each change of what is sent. @param {(change: Change) => void} hears */
export function onChange(hears) {
  hearers.push(hears);
}

/** The track of a source, null while it is off. @param {Source} source */
export const own = (source) => tracks[source];

/** @param {Source} source @param {MediaStreamTrack | null} track @param {Change["trouble"]} [trouble] */
function set(source, track, trouble = null) {
  const before = tracks[source];
  tracks[source] = track;
  if (before && before !== track) before.stop();
  // A device that was pulled out, or a screen whose showing was ended in the browser's own bar.
  track?.addEventListener("ended", () => {
    if (tracks[source] === track) set(source, null, source === "screen" ? null : "missing");
  });
  for (const hears of hearers) hears({ source, track, trouble });
}

/** @param {Source} source */
async function take(source) {
  if (source === "microphone") return takeMicrophone();
  return source === "camera" ? takeCamera(lines) : takeScreen();
}

/** @param {Source} source @param {() => Promise<void>} act */
function afterOthers(source, act) {
  busy[source] = busy[source].then(act, act);
  return busy[source];
}

/**
 * Switches a source on or off. What does not come is told with its reason; a person who closes the browser's choice of
 * screens has simply changed their mind.
 * @param {Source} source
 * @param {boolean} on
 */
export function turn(source, on) {
  return afterOthers(source, async () => {
    if ((tracks[source] !== null) === on) return;
    if (!on) {
      set(source, null);
      return;
    }
    try {
      set(source, await take(source));
    } catch (fault) {
      const trouble = troubleOf(fault);
      set(source, null, source === "screen" && trouble === "denied" ? null : trouble);
    }
  });
}

/**
 * Takes another device from now on.
 * @param {import("./call-devices.js").Kind} kind
 * @param {string} id
 */
export async function change(kind, id) {
  choose(kind, id);
  if (kind === "speaker" || tracks[kind] === null) return;
  await afterOthers(kind, async () => {
    // Some browsers give no second camera while the first is open.
    tracks[kind]?.stop();
    tracks[kind] = null;
    try {
      set(kind, await take(kind));
    } catch (fault) {
      set(kind, null, troubleOf(fault));
    }
  });
}

/** Lets all devices go. */
export function letGo() {
  for (const source of /** @type {Source[]} */ (["microphone", "camera", "screen"])) {
    if (tracks[source]) set(source, null);
  }
}
