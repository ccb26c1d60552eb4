// @ts-check
/** The words of a call's page, which stand in its template `call-words`, one paragraph `data-word="name"` each. */

const template = document.getElementById("call-words");
const plural = new Intl.PluralRules("ru");

/** @type {Map<string, string>} */
const words = new Map();
if (template instanceof HTMLTemplateElement) {
  for (const place of template.content.querySelectorAll("[data-word]")) {
    words.set(place.getAttribute("data-word") ?? "", (place.textContent ?? "").trim());
  }
}

/**
 * A word or sentence, with what stands in its `[name]`s.
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 */
export function word(name, values = {}) {
  return (words.get(name) ?? "").replace(/\[(\w+)\]/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

/** Whether there is such a word. @param {string} name */
export const hasWord = (name) => words.has(name);

/**
 * The form of a word that goes with a number: `name-one`, `name-few` or `name-many`.
 * @param {string} name
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 */
export function counted(name, n, values = {}) {
  const form = plural.select(n);
  return word(`${name}-${form === "other" ? "many" : form}`, { n, ...values });
}

/**
 * The element with this id, which the template of the page has.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function part(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

/**
 * A copy of what stands in a `<template>`.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function copyOf(id) {
  const first = /** @type {DocumentFragment} */ (part(id, HTMLTemplateElement).content.cloneNode(true)).firstElementChild;
  if (!(first instanceof HTMLElement)) throw new Error(`the template ${id} is empty`);
  return first;
}

/**
 * Shows an icon of the sprite in an `<svg>` that shows another.
 * @param {ParentNode} place
 * @param {string} name
 */
export function draw(place, name) {
  const use = place.querySelector("use");
  const old = use?.getAttribute("href") ?? "";
  const fresh = old.replace(/#.*$/, `#${name}`);
  if (use && fresh !== old) use.setAttribute("href", fresh);
}

/**
 * Writes a text only where it has changed, so that readers hear news alone.
 * @param {Element | null} place
 * @param {string} text
 */
export function write(place, text) {
  if (place && place.textContent !== text) place.textContent = text;
}
