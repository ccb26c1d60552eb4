// @ts-check
/** One sentence at the bottom of the page, with a way back, read aloud by the live region of base.html. */

/** Milliseconds a toast stays; it waits longer while the pointer or the focus is on it. */
const STAYS = 10_000;

/**
 * @param {string} text
 * @param {{ label: string, act: () => void }} [back] a way back and the word on its button
 * @returns {void}
 */
export function toast(text, back) {
  const place = document.querySelector("[data-toasts]");
  if (!place) return;
  const element = document.createElement("div");
  element.className = "toast";
  const words = document.createElement("span");
  words.textContent = text;
  element.append(words);
  if (back) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = back.label;
    button.addEventListener("click", () => {
      element.remove();
      back.act();
    });
    element.append(button);
  }
  place.append(element);
  const leave = () => {
    if (element.matches(":hover, :focus-within")) setTimeout(leave, 1_000);
    else element.remove();
  };
  setTimeout(leave, STAYS);
}
