// @ts-check
/**
 * The connection with the server's media: one offer with all lines that will ever be needed (CALL-S1), after which the
 * server only says which line carries whom. Nothing here knows people; a line is known by its `mid`.
 */

/** @typedef {"microphone" | "camera" | "screen"} Source */
/** @typedef {"on" | "shaky" | "off"} Standing */

/** Voices that are heard at once. */
const VOICES = 6;
/** Pictures that are shown at once, here and on a phone. */
export const PICTURES = 9;
export const PICTURES_PHONE = 4;
/** So long a connection may falter before its way is sought anew, and before the whole is made anew. */
const FALTERS = 1_500;
const GIVEN_UP = 8_000;

/** The sizes of a camera in lines, the small one first (CALL-F15), and what each may cost. */
const SIZES = [
  { rid: "l", lines: 180, maxBitrate: 160_000, maxFramerate: 20 },
  { rid: "m", lines: 360, maxBitrate: 600_000, maxFramerate: 25 },
  { rid: "h", lines: 720, maxBitrate: 1_400_000, maxFramerate: 25 },
];

/** What is offered of the browser's codecs: all that the server takes, and nothing that makes the offer long. */
const KNOWN = ["audio/opus", "audio/red", "video/vp8", "video/rtx"];

/**
 * @param {RTCRtpTransceiver} line
 * @param {"audio" | "video"} kind
 */
function narrow(line, kind) {
  const all = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  const known = all.filter((codec) => KNOWN.includes(codec.mimeType.toLowerCase()));
  if (known.length > 0 && "setCodecPreferences" in line) line.setCodecPreferences(known);
}

export class Peer {
  /** @type {RTCPeerConnection} */
  #pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require", iceServers: [] });
  /** @type {Record<Source, RTCRtpTransceiver>} */
  #sends;
  /** @type {RTCRtpTransceiver[]} */
  #takes = [];
  #falters = 0;
  #givenUp = 0;
  #closed = false;
  /** @type {(standing: Standing) => void} */
  #tell;
  /** @type {() => void} */
  #restart;

  /**
   * @param {{ pictures: number, sizes: 2 | 3, tell: (standing: Standing) => void, restart: () => void }} options
   * `tell` hears how the connection stands, `restart` is called when another way must be sought
   */
  constructor({ pictures, sizes, tell, restart }) {
    this.#tell = tell;
    this.#restart = restart;
    const pc = this.#pc;
    this.#sends = {
      microphone: pc.addTransceiver("audio", { direction: "sendonly" }),
      camera: pc.addTransceiver("video", {
        direction: "sendonly",
        sendEncodings: SIZES.slice(0, sizes).map(({ lines, ...how }) => ({ ...how, scaleResolutionDownBy: Math.max(1, (SIZES[sizes - 1]?.lines ?? lines) / lines) })),
      }),
      screen: pc.addTransceiver("video", { direction: "sendonly", sendEncodings: [{ maxBitrate: 2_000_000, maxFramerate: 15 }] }),
    };
    for (let n = 0; n < VOICES; n += 1) this.#takes.push(pc.addTransceiver("audio", { direction: "recvonly" }));
    for (let n = 0; n < pictures; n += 1) this.#takes.push(pc.addTransceiver("video", { direction: "recvonly" }));
    for (const line of pc.getTransceivers()) narrow(line, line.receiver.track.kind === "audio" ? "audio" : "video");
    pc.addEventListener("connectionstatechange", () => this.#follow());
  }

  #follow() {
    const state = this.#pc.connectionState;
    clearTimeout(this.#falters);
    if (state === "connected") {
      clearTimeout(this.#givenUp);
      this.#givenUp = 0;
      this.#tell("on");
    } else if (state === "disconnected" || state === "failed") {
      this.#tell("shaky");
      this.#falters = window.setTimeout(this.#restart, state === "failed" ? 0 : FALTERS);
      if (this.#givenUp === 0) this.#givenUp = window.setTimeout(() => this.#tell("off"), GIVEN_UP);
    } else if (state === "closed") {
      clearTimeout(this.#givenUp);
    }
  }

  /** The voices, all in one stream: one element plays it (CALL-P34). */
  voices() {
    return this.#takes.filter((line) => line.receiver.track.kind === "audio").map((line) => line.receiver.track);
  }

  /** What a line brings. @param {string} mid */
  track(mid) {
    return this.#takes.find((line) => line.mid === mid)?.receiver.track;
  }

  /** The offer, which the server answers once. */
  async offer() {
    await this.#pc.setLocalDescription(await this.#pc.createOffer());
    // The server learns where we are by the first packet, so nobody waits for our addresses to be gathered (CALL-N6).
    return this.#pc.localDescription?.sdp ?? "";
  }

  /** Another way over another network; the only second offer (CALL-S3). */
  async offerRestart() {
    await this.#pc.setLocalDescription(await this.#pc.createOffer({ iceRestart: true }));
    return this.#pc.localDescription?.sdp ?? "";
  }

  /** @param {string} sdp */
  async accept(sdp) {
    if (this.#closed) return;
    await this.#pc.setRemoteDescription({ type: "answer", sdp });
  }

  /**
   * Sends a track, or nothing any more. No packet leaves while there is none.
   * @param {Source} source
   * @param {MediaStreamTrack | null} track
   */
  async send(source, track) {
    if (this.#closed) return;
    const sender = this.#sends[source].sender;
    await sender.replaceTrack(track);
    if (source === "microphone" || track === null) return;
    const how = sender.getParameters();
    if (source === "screen") {
      // A screen that cannot be sent whole is sent more rarely, never blurred.
      Object.assign(how, { degradationPreference: "maintain-resolution" });
    } else {
      // Not every camera gives what it was asked for, and a phone's stands upright.
      const { width = 0, height = 0 } = track.getSettings();
      const lines = Math.min(width, height);
      for (const one of how.encodings) {
        const size = SIZES.find((each) => each.rid === one.rid);
        if (size && lines > 0) one.scaleResolutionDownBy = Math.max(1, lines / size.lines);
      }
    }
    await sender.setParameters(how).catch(() => {});
  }

  /** What the browser counts. */
  async counts() {
    return this.#closed ? null : this.#pc.getStats();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#falters);
    clearTimeout(this.#givenUp);
    this.#pc.close();
  }
}
