// @ts-check
/**
 * The page of a call. What the server says is the truth and is kept by the session; this module shows it, sends the
 * person's own sources, and passes their wishes on.
 */
import { beginCheck, leaveCheck, troubleWords } from "./call-check.js";
import { onFresh, openChat } from "./call-chat.js";
import { beginControls, showControls } from "./call-controls.js";
import { hasScreens, isSecure, leadTo, soundContext } from "./call-devices.js";
import { letGo, onChange, own, setLines, turn } from "./call-mine.js";
import { announce, showNotes, showQuality, showWait } from "./call-notes.js";
import { beginPeople, showCompany } from "./call-people.js";
import { PICTURES, PICTURES_PHONE } from "./call-peer.js";
import { judge, worse } from "./call-quality.js";
import { Session } from "./call-session.js";
import { begin as beginStage, mainVideo, nameOf, show as showStage } from "./call-stage.js";
import { part, word } from "./call-words.js";
import { toast } from "./toast.js";

/** @typedef {import("./call-peer.js").Source} Source */
/** @typedef {import("./call-stage.js").Person} Person */
/** @typedef {import("./call-notes.js").Wait} Wait */

const main = part("main", HTMLElement);
const call = main.dataset.call ?? "";
const leads = main.dataset.leads === "true";
const lesson = main.dataset.lesson === "true";
/** How far the server's clock is from this one. */
const ahead = Number(main.dataset.now) - Date.now();
const ends = Number(main.dataset.ends);
/** A call that was left by a reload is entered again by itself. */
const KEPT = `zvonok-call-${call}`;
const isPhone = matchMedia("(pointer: coarse) and (max-width: 60em)").matches;
const wide = matchMedia("(width >= 64em)");
const sound = part("sound", HTMLAudioElement);
/** @type {Source[]} */
const SOURCES = ["microphone", "camera", "screen"];
const REACTION = 6_000;

const page = {
  view: /** @type {"grid" | "speaker"} */ ("grid"),
  large: "",
  soundOnly: false,
  peopleOpen: false,
  chatOpen: false,
  fresh: 0,
  mute: false,
  spoken: false,
  quality: /** @type {import("./call-quality.js").Quality} */ ("good"),
  /** @type {Map<number, string>} */
  reactions: new Map(),
  joined: false,
};

const session = new Session({
  call,
  pictures: isPhone ? PICTURES_PHONE : PICTURES,
  sizes: leads && !isPhone ? 3 : 2,
  changed: () => draw(),
  connected: (peer) => {
    sound.srcObject = new MediaStream(peer.voices());
    void play();
    for (const source of SOURCES) void peer.send(source, own(source));
  },
  said: (what) => hear(what),
});

let drawing = 0;

/** Several pieces of news at once are drawn once. */
function draw() {
  if (drawing === 0) drawing = window.setTimeout(paint, 20);
}

/** @returns {Person[]} */
function company() {
  const { people, hands, speakers, me } = session;
  const places = new Map(hands.map((hand, n) => [hand.person, n + 1]));
  return [...people.values()].map((one) => {
    const self = one.id === me;
    return {
      ...one,
      self,
      microphone: self ? own("microphone") !== null && session.may.microphone : one.microphone,
      camera: self ? own("camera") !== null : one.camera,
      screen: self ? own("screen") !== null : one.screen,
      place: places.get(one.id) ?? 0,
      speaks: speakers.includes(one.id),
      reaction: page.reactions.get(one.id) ?? "",
    };
  });
}

/** @returns {Wait | null} */
function waitOf() {
  const { phase, why } = session;
  if (phase === "joining") return "join";
  if (phase === "lobby") return "lobby";
  if (phase === "again") return "again";
  return phase === "out" ? why : null;
}

function paint() {
  drawing = 0;
  const inside = session.phase === "in" || (session.phase === "again" && session.people.size > 0);
  const check = session.phase === "check";
  main.dataset.phase = session.phase;
  part("inside", HTMLElement).hidden = !inside;
  part("menu", HTMLElement).hidden = !inside;
  showWait(inside || check ? null : waitOf(), session.text === "no-way" ? word("no-way-text") : session.text);
  if (!inside) {
    part("quality", HTMLElement).hidden = true;
    return;
  }
  const people = company();
  /** @type {Map<string, import("./call-stage.js").Picture>} */
  const pictures = new Map();
  for (const slot of session.slots) {
    const track = session.peer?.track(slot.mid);
    if (track?.kind === "video" && slot.source !== "microphone" && slot.person !== 0) pictures.set(nameOf(slot.person, slot.source), { track, paused: slot.paused });
  }
  const most = isPhone ? PICTURES_PHONE : PICTURES;
  showStage({ people, pictures, own: { camera: own("camera"), screen: own("screen") }, view: page.view, large: page.large, soundOnly: page.soundOnly, most });
  const weak = people.filter((person) => !person.self && (person.network === "poor" || person.network === "lost")).length;
  showQuality(session.phase === "again" ? "lost" : worse(page.quality, session.network), weak);
  const place = people.find((person) => person.self)?.place ?? 0;
  const nameById = new Map(people.map((person) => [person.id, person.name]));
  const now = Date.now() + ahead;
  showNotes({
    place,
    before: session.hands.slice(0, Math.max(0, place - 1)).map((hand) => (nameById.get(hand.person) ?? "").split(" ")[0] ?? ""),
    sharing: own("screen") !== null,
    spoken: page.spoken && own("microphone") === null,
    mute: page.mute,
    quiet: session.rules.quiet,
    minutes: ends > now ? Math.ceil((ends - now) / 60_000) : 0,
    leads,
  });
  showControls({
    on: { microphone: own("microphone") !== null, camera: own("camera") !== null, screen: own("screen") !== null },
    may: session.may,
    raised: place > 0,
    hands: session.hands.length,
    fresh: page.fresh,
    peopleOpen: page.peopleOpen,
    chatOpen: page.chatOpen,
    view: page.view,
    soundOnly: page.soundOnly,
    rules: session.rules,
    people: people.length,
    hasScreens,
    isSecure,
  });
  if (page.peopleOpen) {
    showCompany({ people, hands: session.hands, may: session.rights, outs: session.outs, total: Number(main.dataset.total ?? 0), now, lesson, leads });
  }
}

/** What is news to the ear, and what takes something away. @param {import("./call-session.js").Said} said */
function hear(said) {
  const name = said.person ? (session.people.get(said.person)?.name ?? "") : "";
  if (said.kind === "hand" && leads) announce(word("told-hand", { name }));
  else if (said.kind === "came" && session.people.size <= 10) announce(word("told-came", { name }));
  else if (said.kind === "went" && session.people.size <= 10) announce(word("told-went", { name }));
  else if (said.kind === "screen") announce(word("told-screen", { name }));
  else if (said.kind === "reaction" && said.person) react(said.person, said.word ?? "", name);
  else if (said.kind === "spoken") {
    page.spoken = true;
    draw();
  } else if (said.kind === "taken" && said.source) {
    page.spoken = page.spoken && said.source !== "microphone";
    if (own(said.source)) {
      void turn(said.source, false);
      toast(word(`told-${said.source}-off`));
    }
  } else if (said.kind === "refused") toast(said.word || word("not-done"));
  else if (said.kind === "out") {
    letGo();
    sound.srcObject = null;
    forget();
    if (document.pictureInPictureElement) void document.exitPictureInPicture().catch(() => {});
  }
}

/** @param {number} person @param {string} which @param {string} name */
function react(person, which, name) {
  const button = document.querySelector(`[data-reaction="${CSS.escape(which)}"]`);
  const icon = button?.getAttribute("data-icon") ?? "";
  if (icon === "") return;
  page.reactions.set(person, icon);
  announce(word("told-reaction", { name, reaction: button?.textContent?.trim() ?? "" }));
  setTimeout(() => {
    page.reactions.delete(person);
    draw();
  }, REACTION);
  draw();
}

async function play() {
  await leadTo(sound);
  try {
    await sound.play();
    page.mute = false;
  } catch (fault) {
    // A phone plays nothing before it was touched (CALL-P34).
    page.mute = fault instanceof DOMException && fault.name === "NotAllowedError";
  }
  draw();
}

function keep() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ microphone: own("microphone") !== null, camera: own("camera") !== null }));
  } catch {
    // Then a reload asks before it enters again.
  }
}

function forget() {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // As above.
  }
}

function join() {
  page.joined = true;
  leaveCheck();
  keep();
  void session.join();
}

/** @param {Source} source */
async function toggle(source) {
  const on = own(source) !== null;
  if (!on && !isSecure) toast(word("refused-insecure"));
  else if (!on && !session.may[source]) toast(word(`refused-${source}`));
  else await turn(source, !on);
}

/** @param {"people" | "talk"} which @param {boolean} open */
function openSide(which, open) {
  if (which === "people") page.peopleOpen = open;
  else page.chatOpen = open;
  // There is room for one on a phone.
  if (open && !wide.matches) {
    if (which === "people") page.chatOpen = false;
    else page.peopleOpen = false;
  }
  part("people", HTMLElement).hidden = !page.peopleOpen;
  const talk = document.getElementById("talk");
  if (talk) talk.hidden = !page.chatOpen;
  part("side", HTMLElement).hidden = !page.peopleOpen && !page.chatOpen;
  if (which === "talk") void openChat(open);
  if (!open) document.getElementById(which === "people" ? (leads ? "control-hands" : "control-people") : "control-chat")?.focus();
  draw();
}

onChange(({ source, track, trouble }) => {
  void session.peer?.send(source, track);
  session.tell(source, track !== null);
  if (source === "microphone" && track) page.spoken = false;
  if (!page.joined) return;
  if (trouble) toast(troubleWords(source, trouble));
  keep();
  draw();
});
onFresh((fresh) => {
  page.fresh = fresh;
  draw();
});
beginStage({
  look: (tiles) => session.look(tiles, page.soundOnly),
  enlarge: (name) => {
    page.large = page.large === name ? "" : name;
    draw();
  },
});
beginPeople({
  allow: (person, source, on) => session.allow(person, source, on),
  remove: (person) => session.remove(person),
  letBack: (person) => session.letBack(person),
  lower: (person) => session.lower(person),
});
beginControls({
  turn: (source) => void toggle(source),
  raise: () => session.raise(!session.hands.some((hand) => hand.person === session.me)),
  hush: () => {
    session.hush();
    toast(word("told-hushed"));
  },
  people: (toHands) => {
    openSide("people", !page.peopleOpen);
    if (toHands && page.peopleOpen) part("people", HTMLElement).scrollTop = 0;
  },
  chat: () => openSide("talk", !page.chatOpen),
  leave: () => {
    if (leads && session.people.size > 1) part("leave-dialog", HTMLDialogElement).showModal();
    else session.leave();
  },
  end: () => part("end-dialog", HTMLDialogElement).showModal(),
  view: () => {
    page.view = page.view === "grid" ? "speaker" : "grid";
    page.large = "";
    draw();
  },
  soundOnly: () => {
    page.soundOnly = !page.soundOnly;
    draw();
  },
  window: () => void mainVideo()?.requestPictureInPicture().catch(() => {}),
  react: (which) => session.react(which),
  rule: (name) => session.rule(name, !session.rules[name]),
});

document.getElementById("leave-only")?.addEventListener("click", () => {
  part("leave-dialog", HTMLDialogElement).close();
  session.leave();
});
for (const id of ["leave-end", "end-yes"]) {
  document.getElementById(id)?.addEventListener("click", () => {
    for (const dialog of document.querySelectorAll("dialog[open]")) if (dialog instanceof HTMLDialogElement) dialog.close();
    session.end();
  });
}
for (const close of document.querySelectorAll("[data-close-side]")) {
  close.addEventListener("click", () => openSide(close.getAttribute("data-close-side") === "talk" ? "talk" : "people", false));
}
part("join", HTMLButtonElement).addEventListener("click", () => {
  soundContext();
  join();
});
part("wait-again", HTMLButtonElement).addEventListener("click", join);
part("unlock", HTMLElement).querySelector("button")?.addEventListener("click", () => void play());
part("spoken", HTMLElement).querySelector("button")?.addEventListener("click", () => void turn("microphone", true));
part("queue", HTMLElement).querySelector("button")?.addEventListener("click", () => session.raise(false));
part("sharing", HTMLElement).querySelector("button")?.addEventListener("click", () => void turn("screen", false));
part("tile-more", HTMLButtonElement).addEventListener("click", () => openSide("people", true));
setInterval(async () => {
  if (session.phase !== "in") return;
  page.quality = judge((await session.peer?.counts()) ?? null);
  draw();
}, 3_000);
setInterval(() => {
  // The time that hands have waited is read by nobody but whoever looks at it.
  if (session.phase === "in" && page.peopleOpen && session.hands.length > 0) draw();
}, 1_000);

setLines(leads && !isPhone ? 720 : 360);
beginCheck();
let before = null;
try {
  before = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
} catch {
  // Nothing to go on with.
}
if (before) {
  join();
  if (before.microphone) void turn("microphone", true);
  if (before.camera) void turn("camera", true);
}
if (wide.matches && leads) openSide("people", true);
