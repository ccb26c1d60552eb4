// @ts-check
/**
 * The one door by which the server's HTML enters a page: the only Trusted Types policy, `zvonok`.
 * A policy can be made once, so every module imports this file by this very name, without a query.
 */

/**
 * @typedef {{ createHTML(html: string): string, createScriptURL(url: string): string }} Policy
 * @typedef {{ createPolicy(name: string, rules: Policy): Policy }} PolicyFactory
 */

const factory = /** @type {{ trustedTypes?: PolicyFactory }} */ (/** @type {unknown} */ (window)).trustedTypes;

/** The one script that is run by its address. */
const WORKER = "/sw.js";

/** @type {Policy} */
const rules = { createHTML: (html) => html, createScriptURL: () => WORKER };
const policy = factory ? factory.createPolicy("zvonok", rules) : rules;

/** The address of the worker that shows notifications, as the browser wants it. */
export function workerUrl() {
  return policy.createScriptURL(WORKER);
}

/**
 * Parses HTML that this server has rendered. Never give it text typed by a person.
 * @param {string} html
 * @returns {DocumentFragment}
 */
function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
}

/**
 * Puts a fragment rendered by this server in the place of an element. The focus goes back to the element with the
 * same id, and modules that prepare elements hear of it by the event `zvonok:fragment`.
 * @param {Element} target the element that gives way
 * @param {string} html one root element, as the server rendered it
 * @returns {Element | null} the new element, null when the fragment was empty
 */
export function replace(target, html) {
  const fresh = parse(html).firstElementChild;
  const focused = document.activeElement;
  const focus = focused && target.contains(focused) ? focused.id : "";
  if (fresh === null) {
    target.remove();
    return null;
  }
  target.replaceWith(fresh);
  if (focus !== "") document.getElementById(focus)?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("zvonok:fragment", { detail: fresh }));
  return fresh;
}

/**
 * Adds fragments to the end (or the start) of an element.
 * @param {Element} target
 * @param {string} html
 * @param {"start" | "end"} [side]
 * @returns {Element[]} the added elements
 */
export function add(target, html, side = "end") {
  const content = parse(html);
  const fresh = [...content.children];
  if (side === "end") target.append(content);
  else target.prepend(content);
  for (const element of fresh) document.dispatchEvent(new CustomEvent("zvonok:fragment", { detail: element }));
  return fresh;
}

/**
 * Asks this server for a fragment and puts it in the place of an element. On any other answer the page stays as it is.
 * @param {Element} target
 * @param {string} address a path of this server
 * @returns {Promise<Element | null>} the new element, null when nothing changed
 */
export async function refresh(target, address) {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) return null;
  const answer = await fetch(url, { headers: { Accept: "text/html" }, redirect: "error" });
  if (!answer.ok || !(answer.headers.get("content-type") ?? "").startsWith("text/html")) return null;
  const html = await answer.text();
  return target.isConnected ? replace(target, html) : null;
}

/**
 * Reads a page of this server anew and puts its elements in the place of those with the same ids. What is equal, or
 * no longer on the page, stays as it is.
 * @param {Element[]} elements
 * @param {string} address a path of this server
 * @returns {Promise<void>}
 */
export async function reload(elements, address) {
  const url = new URL(address, location.href);
  url.hash = "";
  if (url.origin !== location.origin) return;
  const answer = await fetch(url, { headers: { Accept: "text/html" }, redirect: "error" });
  if (!answer.ok || !(answer.headers.get("content-type") ?? "").startsWith("text/html")) return;
  const page = parse(await answer.text());
  for (const element of elements) {
    const fresh = element.id === "" ? null : page.getElementById(element.id);
    if (fresh === null || !element.isConnected || fresh.isEqualNode(element)) continue;
    const focused = document.activeElement;
    const focus = focused && element.contains(focused) ? focused.id : "";
    element.replaceWith(fresh);
    if (focus !== "") document.getElementById(focus)?.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("zvonok:fragment", { detail: fresh }));
  }
}
