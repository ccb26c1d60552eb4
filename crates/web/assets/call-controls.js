// @ts-check
/** The bar of buttons, the menu and the keys of a call: they show how things stand and ask for changes. */
import { counted, draw, part, word, write } from "./call-words.js";

/** @typedef {import("./call-peer.js").Source} Source */
/** @typedef {{ quiet: boolean, microphones: boolean, cameras: boolean, screens: boolean }} Rules */
/**
 * @typedef {{ on: Record<Source, boolean>, may: Record<Source, boolean>, raised: boolean, hands: number, fresh: number,
 *   peopleOpen: boolean, chatOpen: boolean, view: "grid" | "speaker", soundOnly: boolean, rules: Rules, people: number,
 *   hasScreens: boolean, isSecure: boolean }} Standing
 */
/**
 * @typedef {{ turn: (source: Source) => void, raise: () => void, hush: () => void, people: (toHands: boolean) => void,
 *   chat: () => void, leave: () => void, end: () => void, view: () => void, soundOnly: () => void, window: () => void,
 *   react: (word: string) => void, rule: (name: keyof Rules) => void }} Wishes
 */

/** @type {Record<Source, [string, string]>} */
const ICONS = { microphone: ["mic", "mic-off"], camera: ["video", "video-off"], screen: ["screen-share", "screen-share"] };

/** @param {string} id */
const button = (id) => {
  const found = document.getElementById(id);
  return found instanceof HTMLButtonElement ? found : null;
};

/** @param {string} id @param {boolean} on */
function press(id, on) {
  button(id)?.setAttribute("aria-pressed", String(on));
}

/** @param {Standing} now */
export function showControls(now) {
  for (const source of /** @type {Source[]} */ (["microphone", "camera", "screen"])) {
    const own = button(`control-${source}`);
    if (!own) continue;
    const on = now.on[source];
    const free = on || (now.may[source] && now.isSecure);
    own.setAttribute("aria-pressed", String(on));
    own.setAttribute("aria-disabled", String(!free));
    draw(own, ICONS[source][on ? 0 : 1]);
    write(own.querySelector("[data-state]"), !free ? word("forbidden") : source === "screen" ? (on ? word("on") : "") : word(on ? "on" : "off"));
  }
  const screen = button("control-screen");
  if (screen) screen.hidden = !now.hasScreens || (!now.may.screen && !now.on.screen);
  const menuScreen = button("menu-screen");
  if (menuScreen) menuScreen.hidden = !now.hasScreens || (!now.may.screen && !now.on.screen);
  write(menuScreen?.querySelector("span") ?? null, word(now.on.screen ? "screen-stop" : "screen-start"));
  const hand = button("control-hand");
  hand?.setAttribute("aria-pressed", String(now.raised));
  write(hand?.querySelector("[data-state]") ?? null, now.raised ? word("raised") : "");
  const hands = button("control-hands");
  write(hands?.querySelector("[data-state]") ?? null, now.hands > 0 ? String(now.hands) : "");
  hands?.setAttribute("aria-label", now.hands > 0 ? word("hands-of", { n: now.hands }) : word("hands"));
  hands?.setAttribute("aria-expanded", String(now.peopleOpen));
  const chat = button("control-chat");
  chat?.setAttribute("aria-expanded", String(now.chatOpen));
  write(chat?.querySelector("[data-state]") ?? null, now.fresh > 0 ? counted("fresh", now.fresh) : "");
  const people = button("control-people");
  people?.setAttribute("aria-expanded", String(now.peopleOpen));
  write(people?.querySelector("[data-state]") ?? null, String(now.people));
  press("menu-view", now.view === "speaker");
  press("menu-sound", now.soundOnly);
  press("rule-quiet", now.rules.quiet);
  press("rule-microphones", now.rules.microphones);
  press("rule-cameras", now.rules.cameras);
  press("rule-screens", now.rules.screens);
  const small = button("menu-window");
  if (small) small.hidden = !document.pictureInPictureEnabled;
}

/** Whether a key is for a field or a button, not for the call. @param {KeyboardEvent} event */
function isForOther(event) {
  const at = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return true;
  return at instanceof Element && (at.closest("input, textarea, select, [contenteditable]") !== null || document.querySelector("dialog[open]") !== null);
}

/** @param {Wishes} wishes */
export function beginControls(wishes) {
  /** @type {[string, () => void][]} */
  const acts = [
    ["control-microphone", () => wishes.turn("microphone")],
    ["control-camera", () => wishes.turn("camera")],
    ["control-screen", () => wishes.turn("screen")],
    ["menu-screen", () => wishes.turn("screen")],
    ["control-hand", wishes.raise],
    ["control-hands", () => wishes.people(true)],
    ["control-people", () => wishes.people(false)],
    ["menu-people", () => wishes.people(false)],
    ["control-hush", wishes.hush],
    ["menu-hush", wishes.hush],
    ["control-chat", wishes.chat],
    ["control-leave", wishes.leave],
    ["menu-end", wishes.end],
    ["menu-view", wishes.view],
    ["menu-sound", wishes.soundOnly],
    ["menu-window", wishes.window],
    ["rule-quiet", () => wishes.rule("quiet")],
    ["rule-microphones", () => wishes.rule("microphones")],
    ["rule-cameras", () => wishes.rule("cameras")],
    ["rule-screens", () => wishes.rule("screens")],
    ["menu-devices", () => part("devices-dialog", HTMLDialogElement).showModal()],
  ];
  const menu = part("menu", HTMLDetailsElement);
  for (const [id, act] of acts) {
    const own = button(id);
    own?.addEventListener("click", () => {
      // A switch of the menu stays in sight; what opens something else does not stay before it.
      if (menu.contains(own) && !own.hasAttribute("aria-pressed")) menu.open = false;
      act();
    });
  }
  for (const reaction of menu.querySelectorAll("[data-reaction]")) {
    reaction.addEventListener("click", () => {
      menu.open = false;
      wishes.react(reaction.getAttribute("data-reaction") ?? "");
    });
  }
  document.addEventListener("keydown", (event) => {
    // The Russian letter wherever it is, or the place of the Latin one: the layout of the keyboard does not matter.
    if (isForOther(event)) return;
    const key = event.key.toLowerCase();
    if (key === word("key-microphone") || event.code === "KeyM") wishes.turn("microphone");
    else if (key === word("key-camera") || event.code === "KeyK") wishes.turn("camera");
    else return;
    event.preventDefault();
  });
  const bar = document.querySelector(".controls");
  bar?.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent) || !["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"].includes(event.key)) return;
    const all = [...bar.querySelectorAll("button")].filter((one) => one.offsetParent !== null);
    const at = all.findIndex((one) => one === document.activeElement);
    const step = event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : -1;
    all[(at + step + all.length) % all.length]?.focus();
    event.preventDefault();
  });
}
