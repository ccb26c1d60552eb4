// @ts-check
/**
 * Microphone, camera and speaker of this device: which there are, which was chosen last, and why one does not come.
 * The browser's own cleaning of sound is asked for by name: some leave it out otherwise (CALL-P36).
 */

/** @typedef {"microphone" | "camera" | "speaker"} Kind */
/** @typedef {"insecure" | "denied" | "missing" | "busy" | "unknown"} Trouble */
/** @typedef {{ id: string, label: string }} Device */

const KEPT = "zvonok-devices";
/** How the browser names the kinds. @type {Record<Kind, MediaDeviceKind>} */
const NAMES = { microphone: "audioinput", camera: "videoinput", speaker: "audiooutput" };

/** Whether this page may ask for devices at all: only over HTTPS and on the machine itself (CALL-N5). */
export const isSecure = window.isSecureContext && navigator.mediaDevices !== undefined;

/** Whether sound can be led to a chosen speaker. */
export const hasSpeakers = "setSinkId" in HTMLMediaElement.prototype;

/** Whether this browser can show a screen to others; phones cannot. */
export const hasScreens = isSecure && "getDisplayMedia" in navigator.mediaDevices;

/** @type {Partial<Record<Kind, string>>} */
let kept = {};
try {
  kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}") ?? {};
} catch {
  // Without storage the choice lives as long as the page.
}

/** The device that was chosen last. @param {Kind} kind */
export const chosen = (kind) => kept[kind] ?? "";

/**
 * Remembers a choice for the calls to come.
 * @param {Kind} kind
 * @param {string} id
 */
export function choose(kind, id) {
  kept = { ...kept, [kind]: id };
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // As above.
  }
}

/**
 * The devices of a kind. Before the browser was asked for one they have no names and none is told.
 * @param {Kind} kind
 * @returns {Promise<Device[]>}
 */
export async function devices(kind) {
  if (!isSecure) return [];
  const all = await navigator.mediaDevices.enumerateDevices();
  return all
    .filter((one) => one.kind === NAMES[kind] && one.deviceId !== "" && one.label !== "")
    .map((one) => ({ id: one.deviceId, label: one.label }));
}

/**
 * Why a device did not come, by the browser's own name of the fault.
 * @param {unknown} fault
 * @returns {Trouble}
 */
export function troubleOf(fault) {
  const name = fault instanceof DOMException || fault instanceof Error ? fault.name : "";
  if (!isSecure) return "insecure";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError" || name === "DevicesNotFoundError") return "missing";
  if (name === "NotReadableError" || name === "AbortError" || name === "TrackStartError") return "busy";
  return "unknown";
}

/**
 * Takes the first track for these wishes; a device that was chosen once and is gone gives way to any other.
 * @param {"audio" | "video"} what
 * @param {MediaTrackConstraints} wishes
 * @param {string} id
 */
async function take(what, wishes, id) {
  const ask = async (/** @type {MediaTrackConstraints} */ all) => {
    const stream = await navigator.mediaDevices.getUserMedia({ [what]: all });
    const track = stream.getTracks()[0];
    if (!track) throw new DOMException("no track", "NotFoundError");
    return track;
  };
  if (id === "") return ask(wishes);
  try {
    return await ask({ ...wishes, deviceId: { exact: id } });
  } catch (fault) {
    if (troubleOf(fault) !== "missing") throw fault;
    return ask(wishes);
  }
}

/** The microphone, cleaned of echo and noise. */
export async function takeMicrophone() {
  if (!isSecure) throw new DOMException("", "SecurityError");
  const wishes = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
  return take("audio", wishes, chosen("microphone"));
}

/**
 * The camera; a phone's is the one that looks at the person.
 * @param {number} height in lines
 */
export async function takeCamera(height) {
  if (!isSecure) throw new DOMException("", "SecurityError");
  const wishes = {
    height: { ideal: height },
    width: { ideal: Math.round((height * 16) / 9) },
    frameRate: { ideal: 24, max: 30 },
    facingMode: "user",
  };
  const track = await take("video", wishes, chosen("camera"));
  track.contentHint = "motion";
  return track;
}

/** A screen or a window, kept sharp: letters matter more than movement (CALL-F8). */
export async function takeScreen() {
  const stream = await navigator.mediaDevices.getDisplayMedia({
    video: { frameRate: { ideal: 10, max: 15 } },
    audio: false,
  });
  const track = stream.getVideoTracks()[0];
  if (!track) throw new DOMException("no track", "NotFoundError");
  track.contentHint = "detail";
  return track;
}

/**
 * Leads sound to the chosen speaker, if the browser can and the speaker is there.
 * @param {HTMLMediaElement} element
 */
export async function leadTo(element) {
  if (!hasSpeakers) return;
  try {
    await element.setSinkId(chosen("speaker"));
  } catch {
    // A speaker that is gone: the sound stays where the system leads it.
    await element.setSinkId("").catch(() => {});
  }
}

/** The context of all measuring and ringing; made by the first press, for browsers let no other begin. @type {AudioContext | undefined} */
let context;

/** @returns {AudioContext} */
export function soundContext() {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  return context;
}

/**
 * Measures how loud a track is and tells it ten times a second, from 0 to 1.
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} tell
 * @returns {() => void} ends it
 */
export function measure(track, tell) {
  const own = soundContext();
  const source = own.createMediaStreamSource(new MediaStream([track]));
  const analyser = own.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // From -60 dB, a silent room, to -10 dB, a loud voice.
    const decibels = 10 * Math.log10(power + 1e-10);
    tell(Math.min(1, Math.max(0, (decibels + 60) / 50)));
  }, 100);
  return () => {
    clearInterval(timer);
    source.disconnect();
    tell(0);
  };
}

/**
 * A short ring, to hear whether the speaker works.
 * @param {HTMLMediaElement} element where the call's sound comes out
 */
export async function ring(element) {
  const own = soundContext();
  const out = own.createMediaStreamDestination();
  const tone = own.createOscillator();
  const gain = own.createGain();
  tone.frequency.value = 660;
  gain.gain.setValueAtTime(0.0001, own.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.3, own.currentTime + 0.05);
  gain.gain.exponentialRampToValueAtTime(0.0001, own.currentTime + 0.9);
  tone.connect(gain).connect(out);
  const before = element.srcObject;
  element.srcObject = out.stream;
  await leadTo(element);
  tone.start();
  tone.stop(own.currentTime + 1);
  await element.play().catch(() => {});
  await new Promise((done) => tone.addEventListener("ended", done, { once: true }));
  element.srcObject = before;
}
