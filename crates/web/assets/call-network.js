// @ts-check
/**
 * Whether sound and pictures would come through this network: the page makes a real connection to the server's media,
 * in which it neither sends nor gets any. First over UDP, and only when no answer comes over TCP (CALL-N1, CALL-F34).
 */
import { draw, part, word, write } from "./call-words.js";

/** @typedef {"udp" | "tcp"} Way */
/** @typedef {{ way: Way | "none", trip: number | null }} Network */

/** How long an answer is waited for on each way. @type {Record<Way, number>} */
const PATIENCE = { udp: 4_000, tcp: 6_000 };
/** A delay that nobody notices, and one with which people begin to interrupt each other. */
const SHORT = 150;
const LONG = 400;

/** What the server says against a try, in a sentence. */
class Refused extends Error {}

/** @type {RTCPeerConnection | null} */
let current = null;
// The server ends the try as soon as it hears the goodbye.
window.addEventListener("pagehide", () => current?.close());

/** @param {string} offer @returns {Promise<string>} */
async function answerTo(offer) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const answer = await fetch("/calls/check/network", { method: "POST", headers, body: JSON.stringify({ offer }), redirect: "error" });
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said.text);
  return said.sdp;
}

/** The answer with the addresses of one way alone. @param {string} sdp @param {Way} way */
function narrow(sdp, way) {
  const others = (/** @type {string} */ line) => line.startsWith("a=candidate:") && line.split(" ")[2]?.toLowerCase() !== way;
  return sdp.split("\r\n").filter((line) => !others(line)).join("\r\n");
}

/** Whether the connection stands in time. @param {RTCPeerConnection} pc @param {number} patience */
function stands(pc, patience) {
  return new Promise((/** @type {(stands: boolean) => void} */ done) => {
    const timer = window.setTimeout(() => done(false), patience);
    pc.addEventListener("connectionstatechange", () => {
      if (pc.connectionState === "connecting" || pc.connectionState === "new") return;
      clearTimeout(timer);
      done(pc.connectionState === "connected");
    });
  });
}

/** There and back, in milliseconds. @param {RTCPeerConnection} pc */
async function tripOf(pc) {
  let trip = null;
  (await pc.getStats()).forEach((one) => {
    if (one.type === "candidate-pair" && one.state === "succeeded" && one.currentRoundTripTime !== undefined) trip = Math.round(one.currentRoundTripTime * 1_000);
  });
  return trip;
}

/**
 * Connects on one way; null when it leads nowhere.
 * @param {Way} way
 * @returns {Promise<Network | null>}
 */
async function go(way) {
  const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require", iceServers: [] });
  current = pc;
  try {
    pc.addTransceiver("audio", { direction: "recvonly" });
    await pc.setLocalDescription(await pc.createOffer());
    const sdp = narrow(await answerTo(pc.localDescription?.sdp ?? ""), way);
    if (!sdp.includes("a=candidate:")) return null;
    const standing = stands(pc, PATIENCE[way]);
    await pc.setRemoteDescription({ type: "answer", sdp });
    return (await standing) ? { way, trip: await tripOf(pc) } : null;
  } finally {
    pc.close();
    current = null;
  }
}

/** @param {"" | "good" | "warn" | "bad"} look @param {string} icon @param {string} line @param {string} hint */
function say(look, icon, line, hint) {
  const found = part("network-found", HTMLElement);
  found.className = look === "" ? "banner" : `banner banner-${look}`;
  draw(found, icon);
  write(part("network-line", HTMLElement), line);
  write(part("network-hint", HTMLElement), hint);
}

/** @param {number | null} trip */
function tripWords(trip) {
  if (trip === null) return "";
  return word(trip < SHORT ? "trip-short" : trip < LONG ? "trip-middle" : "trip-long", { n: Math.max(1, trip) });
}

/** @param {Network} found */
function show({ way, trip }) {
  if (way === "udp") say("good", "circle-check", word("network-udp"), tripWords(trip));
  else if (way === "tcp") say("warn", "triangle-alert", word("network-tcp"), `${word("network-tcp-hint")} ${tripWords(trip)}`.trim());
  else say("bad", "wifi-off", word("network-none"), word("network-none-hint"));
}

/**
 * Tries the network now and whenever the person wants it again.
 * @param {(found: Network) => void} tell
 */
export function beginNetwork(tell) {
  const again = part("network-again", HTMLButtonElement);
  part("network", HTMLElement).hidden = false;
  const look = async () => {
    again.disabled = true;
    say("", "signal", word("network-waits"), word("network-waits-hint"));
    try {
      let found = await go("udp");
      if (found === null) {
        say("", "signal", word("network-waits"), word("network-waits-tcp"));
        found = await go("tcp");
      }
      found ??= { way: "none", trip: null };
      show(found);
      tell(found);
    } catch (fault) {
      say("warn", "triangle-alert", word("network-unknown"), fault instanceof Refused ? fault.message : word("network-unknown-hint"));
    }
    again.disabled = false;
  };
  again.addEventListener("click", () => void look());
  void look();
}
