// @ts-check
/**
 * How good the network is, in words: what the server tells of the way to this page, and what the browser counts
 * itself.
 */

/** @typedef {"good" | "fair" | "poor" | "lost"} Quality */

/** @type {Quality[]} */
const STEPS = ["good", "fair", "poor", "lost"];

/** @typedef {{ packets: number, lost: number, concealed: number, samples: number, at: number }} Sum */

/** @type {Sum | null} */
let before = null;

/** @param {RTCStatsReport} report @returns {Sum} */
function sum(report) {
  const all = { packets: 0, lost: 0, concealed: 0, samples: 0, at: performance.now() };
  report.forEach((entry) => {
    if (entry.type !== "inbound-rtp" || entry.kind !== "audio") return;
    all.packets += entry.packetsReceived ?? 0;
    all.lost += entry.packetsLost ?? 0;
    all.concealed += (entry.concealedSamples ?? 0) - (entry.silentConcealedSamples ?? 0);
    all.samples += entry.totalSamplesReceived ?? 0;
  });
  return all;
}

/**
 * What the browser's own numbers say since they were asked for last.
 * @param {RTCStatsReport | null} report
 * @returns {Quality}
 */
export function judge(report) {
  if (report === null) return "good";
  const now = sum(report);
  const was = before;
  before = now;
  if (was === null || now.samples <= was.samples) return "good";
  const lost = Math.max(0, now.lost - was.lost) / Math.max(1, now.packets - was.packets + Math.max(0, now.lost - was.lost));
  const concealed = Math.max(0, now.concealed - was.concealed) / (now.samples - was.samples);
  if (lost > 0.15 || concealed > 0.15) return "poor";
  if (lost > 0.03 || concealed > 0.05) return "fair";
  return "good";
}

/** A new connection counts from nothing. */
export function forget() {
  before = null;
}

/**
 * The worse of two.
 * @param {Quality} one
 * @param {Quality} other
 */
export const worse = (one, other) => (STEPS.indexOf(one) >= STEPS.indexOf(other) ? one : other);
