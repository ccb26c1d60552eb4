// @ts-check
/** Who is in the call, and the queue of hands; whoever leads gives the floor here and keeps order. */
import { copyOf, counted, draw, part, word, write } from "./call-words.js";

/** @typedef {import("./call-stage.js").Person} Person */
/** @typedef {{ microphone: boolean, camera: boolean, screen: boolean }} May */
/**
 * @typedef {{ people: Person[], hands: { person: number, since: number }[], may: Map<number, May>, outs: { id: number, name: string }[],
 *   total: number, now: number, lesson: boolean, leads: boolean }} Company
 */
/**
 * @typedef {{ allow: (person: number, source: import("./call-peer.js").Source, on: boolean) => void, remove: (person: number) => void,
 *   letBack: (person: number) => void, lower: (person: number | null) => void }} Deeds
 */

const callers = part("callers", HTMLElement);
const queue = part("hands", HTMLElement);

/** @type {Deeds} */
let deeds = { allow: () => {}, remove: () => {}, letBack: () => {}, lower: () => {} };
/** @type {Map<number, May>} */
let rights = new Map();
let leaving = 0;

/**
 * One row for each thing, in their order; a row that is there stays, and with it the focus.
 * @template T
 * @param {HTMLElement} list
 * @param {T[]} all
 * @param {(one: T) => number} idOf
 * @param {(one: T) => HTMLElement} make
 * @param {(row: HTMLElement, one: T, n: number) => void} paint
 */
function rows(list, all, idOf, make, paint) {
  const known = new Map([...list.children].map((row) => [Number(row instanceof HTMLElement ? row.dataset.id : 0), row]));
  all.forEach((one, n) => {
    const id = idOf(one);
    const row = known.get(id);
    known.delete(id);
    const shown = row instanceof HTMLElement ? row : make(one);
    shown.dataset.id = String(id);
    if (list.children[n] !== shown) list.insertBefore(shown, list.children[n] ?? null);
    paint(shown, one, n);
  });
  for (const row of known.values()) row.remove();
}

/** @param {Person} person */
function makeCaller(person) {
  const row = copyOf("person-template");
  const id = person.id;
  for (const button of row.querySelectorAll("[data-act]")) {
    button.addEventListener("click", () => {
      const act = button.getAttribute("data-act");
      const menu = button.closest("details");
      if (menu) menu.open = false;
      if (act === "remove") {
        leaving = id;
        const dialog = part("remove-dialog", HTMLDialogElement);
        write(dialog.querySelector("[data-name]"), row.querySelector("[data-name]")?.textContent ?? "");
        dialog.showModal();
      } else if (act === "microphone" || act === "camera" || act === "screen") {
        deeds.allow(id, act, !rights.get(id)?.[act]);
      }
    });
  }
  return row;
}

/** @param {HTMLElement} row @param {Person} person @param {boolean} leads */
function paintCaller(row, person, leads) {
  const avatar = row.querySelector(".avatar");
  if (avatar) {
    avatar.className = `avatar tint-${person.tint}`;
    write(avatar, person.initials);
  }
  write(row.querySelector("[data-name]"), person.self ? word("you-of", { name: person.name }) : person.name);
  const said = [
    word(`part-${person.part}`),
    person.network === "good" || person.network === "" ? "" : word(`network-${person.network}`),
    person.speaks ? word("speaks") : "",
  ];
  const sends = [
    word(person.microphone ? "microphone-on" : "microphone-off"),
    person.camera ? word("camera-on") : "",
    person.screen ? word("shows-screen") : "",
  ];
  const joined = (/** @type {string[]} */ all) => all.filter((one) => one !== "").join(" · ");
  write(row.querySelector("[data-state]"), joined(said));
  write(row.querySelector("[data-sends]"), ` ${joined(sends)}`);
  for (const [sign, on] of Object.entries({ hand: person.place > 0, screen: person.screen, camera: person.camera })) {
    const place = row.querySelector(`[data-sign="${sign}"]`);
    if (place instanceof HTMLElement) place.hidden = !on;
  }
  const microphone = row.querySelector('[data-sign="microphone"]');
  if (microphone) draw(microphone, person.microphone ? "mic" : "mic-off");
  const menu = row.querySelector(".caller-menu");
  if (!(menu instanceof HTMLElement)) return;
  // Whoever leads by the timetable of the day is not moderated.
  menu.hidden = !leads || person.self || person.part === "leader";
  write(menu.querySelector("[data-label]"), word("acts-of", { name: person.name }));
  for (const source of /** @type {const} */ (["microphone", "camera", "screen"])) {
    write(menu.querySelector(`[data-act="${source}"]`), word(rights.get(person.id)?.[source] ? `forbid-${source}` : `allow-${source}`));
  }
}

/** «1 мин 40 с» @param {number} seconds */
function waited(seconds) {
  const minutes = Math.floor(seconds / 60);
  const values = { m: minutes, s: Math.max(0, seconds % 60) };
  return word(minutes > 0 ? "waits-minutes" : "waits-seconds", values);
}

/** @param {Company} company */
export function showCompany(company) {
  rights = company.may;
  const byId = new Map(company.people.map((person) => [person.id, person]));
  const hands = company.hands.filter((hand) => byId.has(hand.person));
  const title = part("hands-title", HTMLElement);
  title.hidden = hands.length === 0;
  write(title, word("queue", { n: hands.length }));
  const lowerAll = document.getElementById("lower-all");
  if (lowerAll) lowerAll.hidden = hands.length === 0;
  rows(queue, hands, (hand) => hand.person, (hand) => {
    const row = copyOf("hand-template");
    row.querySelector("[data-floor]")?.addEventListener("click", () => deeds.allow(hand.person, "microphone", true));
    return row;
  }, (row, hand, n) => {
    write(row.querySelector("[data-place]"), String(n + 1));
    const person = byId.get(hand.person);
    write(row.querySelector("[data-name]"), person?.self ? word("you") : (person?.name ?? ""));
    write(row.querySelector("[data-since]"), waited(Math.max(0, Math.round((company.now - hand.since) / 1000))));
    row.querySelector("[data-floor]")?.classList.toggle("btn-main", n === 0);
  });
  const here = company.people.length;
  const heading = company.lesson && company.total > 0
    ? word("here-lesson", { n: company.people.filter((person) => person.part === "pupil").length, total: company.total })
    : counted("here", here);
  write(part("people-title", HTMLElement), heading);
  const sorted = [...company.people].sort((a, b) => Number(b.part === "leader") - Number(a.part === "leader") || a.name.localeCompare(b.name, "ru"));
  rows(callers, sorted, (person) => person.id, makeCaller, (row, person) => paintCaller(row, person, company.leads));
  const weak = company.people.filter((person) => !person.self && (person.network === "poor" || person.network === "lost"));
  const line = part("weak-line", HTMLElement);
  line.hidden = !company.leads || weak.length === 0;
  if (!line.hidden) write(line, word("weak-names", { names: weak.map((person) => person.name).join(", ") }));
  const outs = document.getElementById("outs");
  const out = document.getElementById("out");
  if (!outs || !out) return;
  out.hidden = company.outs.length === 0;
  rows(outs, company.outs, (one) => one.id, (one) => {
    const row = copyOf("out-template");
    row.querySelector("[data-let-back]")?.addEventListener("click", () => deeds.letBack(one.id));
    return row;
  }, (row, one) => write(row.querySelector("[data-name]"), one.name));
}

/** @param {Deeds} does */
export function beginPeople(does) {
  deeds = does;
  document.getElementById("lower-all")?.addEventListener("click", () => deeds.lower(null));
  document.getElementById("remove-yes")?.addEventListener("click", () => {
    part("remove-dialog", HTMLDialogElement).close();
    if (leaving !== 0) deeds.remove(leaving);
    leaving = 0;
  });
}
