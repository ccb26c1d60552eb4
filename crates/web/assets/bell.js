// @ts-check
/**
 * The clock of the diary: counts the minutes to the bell, moves the dot of the running lesson, and at a bell reads
 * the week anew. The school's time comes with the page, so a phone whose clock is wrong shows it right.
 */
import { reload } from "./fragment.js";

const DAY = 86_400;
const plural = new Intl.PluralRules("ru");

/** @param {Element} strip @param {string} name */
const number = (strip, name) => Number(strip.getAttribute(name)) || 0;

/** The strip on the page, and the moment at which it came. */
let strip = document.querySelector("[data-change]");
let came = Date.now();
let asked = 0;

/** The second of the school's day. */
const present = () => (strip ? number(strip, "data-now") : 0) + Math.floor((Date.now() - came) / 1000);

function show() {
  if (!strip) return;
  const now = present();
  const until = number(strip, "data-until");
  const left = strip.querySelector("[data-left]");
  if (left && until > now) {
    const minutes = Math.ceil((until - now) / 60);
    const form = strip.getAttribute(`data-${plural.select(minutes)}`) ?? "";
    const text = form.replace(/\d+/, String(minutes));
    if (left.textContent !== text) left.textContent = text;
  }
  const dot = strip.querySelector(".now-dot");
  if (dot) {
    const from = number(dot, "data-from");
    const whole = Math.max(1, number(dot, "data-to") - from);
    const place = Math.min(100, Math.floor(((now - from) * 20) / whole) * 5);
    dot.className = `now-dot at-${Math.max(0, place)}`;
  }
}

async function tick() {
  if (!strip || document.visibilityState !== "visible") return;
  // A page left open overnight says «сегодня» of yesterday.
  if (present() >= DAY) {
    location.reload();
    return;
  }
  const change = number(strip, "data-change");
  if (change > 0 && present() >= change && Date.now() - asked > 30_000) {
    asked = Date.now();
    const live = [...document.querySelectorAll('[data-live~="diary"]')];
    await reload(live, location.href).catch(() => {});
    return;
  }
  show();
}

document.addEventListener("zvonok:fragment", () => {
  const fresh = document.querySelector("[data-change]");
  if (fresh === strip) return;
  strip = fresh;
  came = Date.now();
});
document.addEventListener("visibilitychange", () => void tick());
setInterval(() => void tick(), 5_000);
void tick();
