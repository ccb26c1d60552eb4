// @ts-check
/** The tick before homework answers at once and is written behind it; the page keeps its place. */
import { reload } from "./fragment.js";
import { toast } from "./toast.js";

/** @param {Element} tick @param {boolean} done */
function set(tick, done) {
  tick.setAttribute("aria-checked", String(done));
  tick.setAttribute("value", done ? "0" : "1");
}

/** Forms whose tick is being written. */
const busy = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const tick = form instanceof HTMLFormElement ? form.querySelector(".tick") : null;
  if (!(form instanceof HTMLFormElement) || !(tick instanceof HTMLButtonElement)) return;
  event.preventDefault();
  if (busy.has(form)) return;
  busy.add(form);
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, tick)) body.append(name, String(value));
  const was = tick.getAttribute("aria-checked") === "true";
  set(tick, !was);
  try {
    // The answer is a way back to this page: whatever else comes is a refusal.
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect") throw new Error(String(answer.status));
    await reload([...document.querySelectorAll('[data-live~="diary"]')], location.href);
  } catch {
    set(tick, was);
    toast(document.querySelector("[data-toasts]")?.getAttribute("data-lost") ?? "");
  } finally {
    busy.delete(form);
  }
});
