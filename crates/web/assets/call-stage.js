// @ts-check
/**
 * What is seen of a call: a tile for each person, a large one for a shared screen or for who speaks, and who has no
 * place in a number. A tile is bound to its person and source; which line brings the picture is told by the map of
 * slots (CALL-S2), and a picture without a line is a name.
 */
import { planOf } from "./call-layout.js";
import { copyOf, counted, draw, part, word, write } from "./call-words.js";

/**
 * @typedef {{ id: number, name: string, initials: string, tint: number, part: string, self: boolean, microphone: boolean,
 *   camera: boolean, screen: boolean, place: number, speaks: boolean, network: string, reaction: string }} Person
 * `place` is the one in the queue of hands, 0 without a raised hand
 * @typedef {{ track: MediaStreamTrack, paused: boolean }} Picture
 * @typedef {{ person: Person, source: "camera" | "screen", picture: Picture | null, local: boolean }} Tile
 * @typedef {{ people: Person[], pictures: Map<string, Picture>, own: { camera: MediaStreamTrack | null, screen: MediaStreamTrack | null },
 *   view: "grid" | "speaker", large: string, soundOnly: boolean, most: number }} Scene
 */

const stage = part("stage", HTMLElement);
const list = part("tiles", HTMLElement);
const more = part("tile-more", HTMLButtonElement);

/** The name under which a picture of a person is known. @param {number} person @param {string} source */
export const nameOf = (person, source) => `${person}:${source}`;

/** @type {Map<string, HTMLElement>} */
const shown = new Map();
/** The order in which people have been placed; whoever has a place keeps it. @type {number[]} */
let order = [];
/** @type {Scene | null} */
let scene = null;
/** @type {(tiles: { person: number, source: string, height: number }[]) => void} */
let looked = () => {};
/** @type {(name: string) => void} */
let enlarged = () => {};

/** How early a person is placed: those who lead, oneself, hands, pictures, the others. @param {Person} person */
function rank(person) {
  if (person.part === "leader" && !person.self) return 0;
  if (person.self) return 1;
  if (person.place > 0) return 2;
  if (person.camera) return 3;
  return 4;
}

/**
 * People in their places. Whoever speaks without being seen takes the place of the last one who may be missed.
 * @param {Person[]} people
 * @param {number} seen how many have a tile
 */
function arrange(people, seen) {
  const known = new Map(people.map((person) => [person.id, person]));
  order = order.filter((id) => known.has(id));
  for (const person of people) if (!order.includes(person.id)) order.push(person.id);
  const at = new Map(order.map((id, n) => [id, n]));
  const sorted = [...people].sort((a, b) => rank(a) - rank(b) || (at.get(a.id) ?? 0) - (at.get(b.id) ?? 0));
  for (const speaker of sorted.slice(seen).filter((person) => person.speaks)) {
    const out = sorted.slice(0, seen).findLast((person) => rank(person) > 1 && !person.speaks);
    if (!out) break;
    const [a, b] = [sorted.indexOf(out), sorted.indexOf(speaker)];
    [sorted[a], sorted[b]] = [speaker, out];
    const [x, y] = [order.indexOf(out.id), order.indexOf(speaker.id)];
    [order[x], order[y]] = [speaker.id, out.id];
  }
  return sorted;
}

/** @param {Scene} now @param {Person} person @param {"camera" | "screen"} source @returns {Tile} */
function tileOf(now, person, source) {
  const own = person.self ? now.own[source] : null;
  const picture = own ? { track: own, paused: false } : (now.pictures.get(nameOf(person.id, source)) ?? null);
  const hidden = now.soundOnly && !own;
  return { person, source, picture: hidden ? null : picture, local: own !== null };
}

/** What stands large, if anything does. @param {Scene} now @returns {Tile | null} */
function mainOf(now) {
  const chosen = now.people.flatMap((person) => [
    ...(person.screen || (person.self && now.own.screen) ? [tileOf(now, person, "screen")] : []),
    tileOf(now, person, "camera"),
  ]);
  const asked = chosen.find((tile) => nameOf(tile.person.id, tile.source) === now.large);
  if (asked) return asked;
  const screens = chosen.filter((tile) => tile.source === "screen");
  const foreign = screens.find((tile) => !tile.person.self) ?? screens[0];
  if (foreign) return foreign;
  if (now.view === "grid" || now.people.length < 2) return null;
  const others = chosen.filter((tile) => !tile.person.self);
  const last = others.find((tile) => nameOf(tile.person.id, "camera") === spoke && tile.person.part !== "") ?? null;
  const speaking = others.find((tile) => tile.person.speaks) ?? last ?? others.find((tile) => tile.person.part === "leader") ?? others[0] ?? null;
  if (speaking) spoke = nameOf(speaking.person.id, "camera");
  return speaking;
}
/** Who stood large last in the view of speakers. */
let spoke = "";

/** @param {HTMLVideoElement} video @param {MediaStreamTrack | null} track */
function bind(video, track) {
  const now = video.srcObject instanceof MediaStream ? video.srcObject.getTracks()[0] : null;
  if (now === track) return;
  video.classList.remove("has-picture");
  if (track === null) {
    video.srcObject = null;
    return;
  }
  video.srcObject = new MediaStream([track]);
  void video.play().catch(() => {});
}

/** @param {string} name @returns {HTMLElement} */
function made(name) {
  const known = shown.get(name);
  if (known) return known;
  const fresh = copyOf("tile-template");
  fresh.dataset.tile = name;
  const video = fresh.querySelector("video");
  // Until a frame is there the name is better than black.
  video?.addEventListener("resize", () => video.classList.toggle("has-picture", video.videoWidth > 0));
  video?.addEventListener("playing", () => video.classList.add("has-picture"));
  fresh.querySelector("[data-enlarge]")?.addEventListener("click", () => {
    // A screen that has all the space of the page already gets that of the device.
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (fresh.matches(".tile-main.tile-screen") && document.fullscreenEnabled) void fresh.requestFullscreen().catch(() => {});
    else enlarged(name);
  });
  shown.set(name, fresh);
  list.append(fresh);
  return fresh;
}

/** What the plate of a tile says beside the name, for eyes and ears. @param {Tile} tile */
function stateOf({ person, source, picture, local }) {
  if (picture?.paused) return word("tile-paused");
  if (source === "screen") return "";
  if (scene?.soundOnly && !local && person.camera) return word("tile-sound");
  if (person.network === "lost") return word("tile-lost");
  return "";
}

/** @param {HTMLElement} element @param {Tile} tile @param {boolean} isMain */
function paint(element, tile, isMain) {
  const { person, source, picture, local } = tile;
  const video = element.querySelector("video");
  if (video) {
    bind(video, picture && !picture.paused ? picture.track : null);
    video.classList.toggle("is-mirrored", local && source === "camera");
  }
  element.classList.toggle("tile-screen", source === "screen");
  element.classList.toggle("tile-main", isMain);
  element.classList.toggle("is-speaking", source === "camera" && person.speaks);
  const avatar = element.querySelector(".avatar");
  if (avatar) {
    write(avatar, person.initials);
    avatar.className = `avatar avatar-call tint-${person.tint}`;
  }
  const isScreen = source === "screen";
  const name = isScreen ? word(person.self ? "screen-own" : "screen-of", { name: person.name }) : person.self ? word("you") : person.name;
  write(element.querySelector("[data-name]"), name);
  const microphone = element.querySelector("[data-microphone]");
  if (microphone) {
    draw(microphone, isScreen ? "screen-share" : person.microphone ? "mic" : "mic-off");
    write(element.querySelector("[data-heard]"), isScreen ? "" : word(person.speaks ? "speaks" : person.microphone ? "microphone-on" : "microphone-off"));
  }
  const hand = element.querySelector("[data-hand]");
  if (hand instanceof HTMLElement) {
    hand.hidden = person.place === 0 || isScreen;
    write(hand.querySelector("[data-place]"), String(person.place));
  }
  const state = stateOf(tile);
  const note = element.querySelector("[data-state]");
  if (note instanceof HTMLElement) {
    note.hidden = state === "";
    write(note, state);
  }
  const reaction = element.querySelector("[data-reaction]");
  if (reaction instanceof HTMLElement) {
    reaction.hidden = person.reaction === "" || isScreen;
    if (person.reaction !== "") draw(reaction, person.reaction);
  }
  const button = element.querySelector("[data-enlarge]");
  if (button) button.setAttribute("aria-label", word(isMain && scene?.large !== "" ? "tile-lessen" : "tile-enlarge", { name }));
}

/** @param {HTMLElement} element @param {import("./call-layout.js").Box | null | undefined} box */
function put(element, box) {
  element.hidden = !box;
  if (!box) return;
  for (const [name, value] of Object.entries(box)) element.style.setProperty(`--${name}`, `${Math.round(value)}px`);
}

function place() {
  if (!scene) return;
  const now = scene;
  const { clientWidth: width, clientHeight: height } = stage;
  const main = mainOf(now);
  const inMain = main && main.source === "camera" ? main.person.id : 0;
  const people = now.people.filter((person) => person.id !== inMain);
  const others = people.length;
  const plan = planOf({ width, height, count: others, hasMain: main !== null, most: now.most + 2 });
  const sorted = arrange(people, plan.tiles.length);
  /** @type {Set<string>} */
  const used = new Set();
  /** @type {{ person: number, source: string, height: number }[]} */
  const visible = [];
  const add = (/** @type {Tile} */ tile, /** @type {import("./call-layout.js").Box | null | undefined} */ box, /** @type {boolean} */ isMain) => {
    const name = nameOf(tile.person.id, tile.source);
    const element = made(name);
    used.add(name);
    paint(element, tile, isMain);
    put(element, box);
    // A tile that can be seen is wished for even before its camera is on, so that nothing is asked when it comes.
    if (box && !tile.local) visible.push({ person: tile.person.id, source: tile.source, height: Math.round(box.h * devicePixelRatio) });
  };
  if (main) add(main, plan.main, true);
  plan.tiles.forEach((box, n) => {
    const person = sorted[n];
    if (person) add(tileOf(now, person, "camera"), box, false);
  });
  for (const [name, element] of shown) {
    if (used.has(name)) continue;
    const video = element.querySelector("video");
    if (video) bind(video, null);
    element.remove();
    shown.delete(name);
  }
  const left = others - plan.tiles.length;
  put(more, left > 0 ? plan.more : null);
  if (left > 0) write(more.querySelector("[data-more]"), counted("more", left));
  stage.dataset.main = main ? main.source : "";
  looked(visible.filter((tile) => !now.people.find((person) => person.id === tile.person)?.self));
}

/**
 * Shows the call as it is.
 * @param {Scene} now
 */
export function show(now) {
  scene = now;
  place();
}

/** The picture that stands large, for a window of its own. */
export function mainVideo() {
  const video = list.querySelector(".tile-main video.has-picture") ?? list.querySelector(".tile:not([hidden]) video.has-picture");
  return video instanceof HTMLVideoElement ? video : null;
}

/**
 * @param {{ look: typeof looked, enlarge: typeof enlarged }} hears `look` is told which tiles are seen and how high
 * (CALL-S5), `enlarge` that a tile was pressed
 */
export function begin(hears) {
  looked = hears.look;
  enlarged = hears.enlarge;
  new ResizeObserver(() => place()).observe(stage);
}
