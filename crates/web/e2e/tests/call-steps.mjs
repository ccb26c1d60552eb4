// The steps of a call in real browsers, and what their pages decode: every person's camera is one colour, every voice
// one tone, so that it can be told who is seen and heard where.
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { openChat, openSferum } from "./steps.mjs";

/** Switches of a browser whose devices are fake and whose pages sleep in no background. */
const DEVICES = [
  "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required",
  "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
];

/** A school and such a browser for all tests of a file, with what `prepare` does before the first. */
export const callStage = (demo = {}, prepare = undefined) => stage({ demo, switches: DEVICES, prepare });

/** Colours that survive the coding of video, far from each other. */
export const COLOURS = {
  red: [200, 30, 30], green: [30, 160, 30], blue: [30, 50, 200], yellow: [200, 190, 30], violet: [150, 30, 170], cyan: [30, 170, 180],
};

/** In the page, before its own scripts: cameras and screens of one colour, a tone for a voice, and all connections kept. */
function fake({ rgb, tone, busy }) {
  const track = (width, height, shade) => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    const paint = canvas.getContext("2d");
    let n = 0;
    const noise = new OffscreenCanvas(2 * width, height);
    if (busy) {
      const grains = new ImageData(noise.width, noise.height);
      grains.data.forEach((_, at) => (grains.data[at] = at % 4 === 3 ? 255 : Math.random() * 256));
      noise.getContext("2d").putImageData(grains, 0, 0);
    }
    setInterval(() => {
      paint.fillStyle = `rgb(${rgb.map((one) => Math.round(one * shade)).join(" ")})`;
      paint.fillRect(0, 0, width, height);
      // Something moves, so that every frame is coded.
      paint.fillStyle = "white";
      paint.fillRect((n += 7) % width, 0, 12, 12);
      // A quarter of the picture that costs as much as a camera may: above of where its colour is looked at.
      if (busy) paint.drawImage(noise, Math.random() * width, 0, width, height / 4, 0, 0, width, height / 4);
    }, 66);
    return canvas.captureStream(15).getVideoTracks()[0];
  };
  const devices = navigator.mediaDevices;
  const real = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wishes) => {
    if (window.fakeFault) throw new DOMException("", window.fakeFault);
    if (wishes.video) return new MediaStream([track(1280, 720, 1)]);
    if (!wishes.audio) return real(wishes);
    window.asked = wishes.audio;
    const context = new AudioContext();
    const voice = new OscillatorNode(context, { frequency: tone });
    const out = context.createMediaStreamDestination();
    voice.connect(new GainNode(context, { gain: 0.4 })).connect(out);
    voice.start();
    return out.stream;
  };
  devices.getDisplayMedia = async () => new MediaStream([track(1280, 720, 0.5)]);
  window.connections = [];
  const Native = RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...all) {
      super(...all);
      window.connections.push(this);
    }
  };
}

/** In the page: when what of the way into a call was done, in milliseconds after the last press that joins. */
export function timed() {
  window.phases = {};
  let began = 0;
  const note = (name) => (window.phases[name] ??= Math.round(performance.now() - began));
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("#join, #wait-again")) return;
    window.phases = {};
    began = performance.now();
  }, true);
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", (message) => {
        const frame = JSON.parse(message.data);
        if (frame.t === "hello" || frame.t === "answer") note(frame.t);
        if (frame.t === "slots" && frame.slots.some((slot) => slot.video && slot.peer)) note(frame.slots.some((slot) => slot.video && slot.peer && !slot.paused) ? "slots" : "slots paused");
      });
    }
    send(said) {
      if (String(said).includes('"t":"join"')) note("offer");
      super.send(said);
    }
  };
  const native = RTCPeerConnection;
  window.RTCPeerConnection = class extends native {
    constructor(...all) {
      super(...all);
      this.addEventListener("connectionstatechange", () => this.connectionState === "connected" && note("connected"));
      const look = setInterval(async () => {
        if (this.connectionState === "closed") return clearInterval(look);
        (await this.getStats()).forEach((one) => {
          if (one.type !== "inbound-rtp" || one.kind !== "video") return;
          if (one.packetsReceived > 0) note("packets");
          if (one.keyFramesDecoded > 0) note("decoded");
        });
        if (window.phases.decoded) clearInterval(look);
      }, 50);
    }
  };
  for (const kind of ["resize", "playing"]) document.addEventListener(kind, (event) => event.target instanceof HTMLVideoElement && event.target.videoWidth > 0 && note("picture"), true);
}

/** A person with a colour and a tone, signed in; the picture of a busy one is as wide as a camera's may be. */
export async function openCaller(here, who, { colour = "red", tone = 440, busy = false, ...options } = {}) {
  const person = await openPerson(here.browser, here.demo.url, options);
  await person.context.addInitScript(fake, { rgb: COLOURS[colour], tone, busy });
  await person.signIn(who);
  return person;
}

/** A pupil with their «Сферум» opened, by the guide's variant. */
export async function openPupil(here, variant, look) {
  const who = here.demo.person("pupil", variant);
  const pupil = await openCaller(here, who, look);
  await openSferum(pupil.page, here.demo, who);
  return pupil;
}

/** The address of the call of the lesson that goes on, as its teacher finds it. */
export async function lessonCall(person, title) {
  const look = () => person.page.evaluate(async (title) => {
    for (let call = 1; call < 60; call += 1) {
      const answer = await fetch(`/calls/${call}`);
      if (answer.ok && (await answer.text()).replaceAll("\u00a0", " ").includes(title)) return `/calls/${call}`;
    }
    return "";
  }, title);
  // Lessons' calls are opened a moment after the start of the server.
  const found = await until(look, Boolean, title, 60_000);
  // The others are not theirs.
  person.takeFaults();
  return found;
}

/** Waits until something of a page holds; says what it was in the end. */
export async function until(probe, holds, what, patience = 15_000) {
  const end = Date.now() + patience;
  for (;;) {
    const seen = await probe();
    if (holds(seen)) return seen;
    assert.ok(Date.now() < end, `${what}: ${JSON.stringify(seen)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Opens a call and joins. */
export async function join(person, address) {
  await person.page.goto(address);
  await person.page.getByRole("button", { name: "Присоединиться" }).click();
}

/** Waits until the page is in the call and its media stand. */
export async function inside(person, patience = 15_000) {
  await until(() => standing(person.page), (now) => now.phase === "in" && now.ice === "connected", "in the call", patience);
}

export const standing = (page) =>
  page.evaluate(() => ({ phase: document.getElementById("main")?.dataset.phase, said: document.querySelector("#wait:not([hidden]) h2")?.textContent, ice: window.connections?.findLast((one) => one.connectionState !== "closed")?.connectionState }));

/** What stands on the tiles of a page: by the name on each the colour that is decoded there, null without a picture. */
export const seen = (page) =>
  page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
    const brush = canvas.getContext("2d", { willReadFrequently: true });
    return Object.fromEntries([...document.querySelectorAll(".tile:not([hidden])")].filter((tile) => tile.querySelector("video")).map((tile) => {
      const video = tile.querySelector("video");
      const name = tile.querySelector("[data-name]").textContent;
      if (!video.classList.contains("has-picture") || video.readyState < 2) return [name, null];
      brush.drawImage(video, video.videoWidth / 4, video.videoHeight / 3, video.videoWidth / 2, video.videoHeight / 2, 0, 0, 8, 8);
      const [red, green, blue] = brush.getImageData(4, 4, 1, 1).data;
      return [name, { rgb: [red, green, blue], width: video.videoWidth, height: video.videoHeight }];
    }));
  });

/** Whose colour it is; half of the light is a screen's. */
export function colourOf(picture, shade = 1) {
  if (!picture) return "";
  const far = (one) => Math.max(...COLOURS[one].map((light, n) => Math.abs(light * shade - picture.rgb[n])));
  const best = Object.keys(COLOURS).sort((a, b) => far(a) - far(b))[0];
  return far(best) < 45 ? best : `? ${picture.rgb}`;
}

/** Waits until a page shows somebody in their colour. */
// On a busy machine the network seems narrow to the server, and pictures pause until it seems wide again.
export async function shows(person, name, colour, { shade = 1, patience = STRICT ? 15_000 : 75_000 } = {}) {
  try {
    await until(() => seen(person.page), (tiles) => colourOf(tiles[name], shade) === colour, `${name} in ${colour}`, patience);
  } catch (error) {
    const texts = await person.page.evaluate(() => [...document.querySelectorAll("#quality, .tile:not([hidden]) .tile-state:not([hidden])")].map((one) => one.textContent));
    error.message += ` · ${JSON.stringify(texts)} · ${JSON.stringify(await grown(person.page, 500))}`;
    throw error;
  }
}

/** Waits until a page shows somebody without a picture, or not at all. */
export async function hides(person, name, patience = 10_000) {
  await until(() => seen(person.page), (tiles) => !tiles[name], `${name} is not seen`, patience);
}

/** What the newest living connection of a page has counted. */
export const counts = (page) =>
  page.evaluate(async () => {
    const one = window.connections?.findLast((each) => each.connectionState === "connected");
    const all = { audio: 0, video: 0, frames: 0, samples: 0, energy: 0, packets: 0, lost: 0, concealed: 0, bytes: 0, videoBytes: 0, tls: "", srtp: "", out: 0, lines: 0, protocol: "" };
    if (!one) return all;
    all.lines = one.getTransceivers().length;
    const report = await one.getStats();
    const pairs = new Map();
    report.forEach((each) => {
      if (each.type === "inbound-rtp" && each.packetsReceived > 0) {
        all[each.kind] += 1;
        all.frames += each.framesDecoded ?? 0;
        all.samples += each.totalSamplesReceived ?? 0;
        all.energy += each.totalAudioEnergy ?? 0;
        all.packets += each.packetsReceived;
        all.lost += each.packetsLost ?? 0;
        all.concealed += (each.concealedSamples ?? 0) - (each.silentConcealedSamples ?? 0);
        all.bytes += each.bytesReceived ?? 0;
        if (each.kind === "video") all.videoBytes += each.bytesReceived ?? 0;
      } else if (each.type === "outbound-rtp") all.out += each.packetsSent ?? 0;
      else if (each.type === "transport") Object.assign(all, { tls: each.tlsVersion ?? "", srtp: each.srtpCipher ?? "", pair: each.selectedCandidatePairId });
      pairs.set(each.id, each);
    });
    all.protocol = pairs.get(pairs.get(all.pair)?.remoteCandidateId)?.protocol ?? "";
    return all;
  });

/** What has come in a while. */
export async function grown(page, milliseconds = 1_500) {
  const before = await counts(page);
  await new Promise((done) => setTimeout(done, milliseconds));
  const after = await counts(page);
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, typeof value === "number" ? value - before[name] : value]));
}

/** A button of the bar, by its word. */
export const control = (page, name) => page.getByRole("toolbar", { name: "Управление" }).getByRole("button", { name });

/** Switches the own microphone or camera on. */
export async function switchOn(person, name) {
  const button = control(person.page, name);
  await button.click();
  await until(() => button.getAttribute("aria-pressed"), (on) => on === "true", `${name} is on`);
}

/** Starts a call in the open chat of a person, and gives its address. */
export async function startCall(person, chat) {
  await openChat(person.page, chat);
  return person.page.evaluate(async () => {
    const conversation = document.querySelector("[data-chat]").dataset.chat;
    const body = new URLSearchParams({ _token: document.querySelector('meta[name="csrf"]').content });
    const answer = await fetch(`/sferum/${conversation}/call`, { method: "POST", body });
    return new URL(answer.url).pathname;
  });
}

/** What the page keeps saying to its call, by hand: as a page does whose scripts were changed. */
export const command = (page, address, said) =>
  page.evaluate(async ([address, said]) => {
    const ask = async (path, body) => {
      const headers = { "Content-Type": "application/json", Accept: "application/json" };
      const answer = await fetch(`${address}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      return answer.ok ? answer.json() : { t: "no", status: answer.status };
    };
    const line = (await ask("/line", {})).line;
    if (!line) return { t: "no" };
    return ask(`/command?line=${line}`, { re: 1, ...said });
  }, [address, said]);

/** How often and for how long something is measured: quiet machines are held to the figures, busy ones to the deeds. */
export const STRICT = process.env.ZVONOK_STRICT === "1";
