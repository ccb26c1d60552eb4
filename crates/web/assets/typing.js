// @ts-check
/**
 * Who is writing in the open chat (MSG-R6): said once in three seconds while one types, shown for six. What is seen
 * changes with every name; what is read aloud says it once, and not again while it goes on.
 */
import { ask } from "./live.js";

const chat = /** @type {HTMLElement} */ (document.querySelector("[data-chat]"));
const conv = Number(chat.dataset.chat);
const field = document.getElementById("text");
const EVERY = 3_000;
const LASTS = 6_000;
/** So long nothing is read aloud again. */
const QUIET = 60_000;

/** @type {Map<number, { name: string, timer: number }>} */
const writing = new Map();
let told = -EVERY;
let read = -QUIET;

/** @param {string} name */
const first = (name) => name.split(" ")[0] ?? name;

function show() {
  // The head is drawn anew when members come and go.
  const place = document.getElementById("typing");
  if (!place) return;
  const seen = place.querySelector("[data-seen]");
  const spoken = place.querySelector("[data-spoken]");
  if (!seen || !spoken) return;
  const names = [...writing.values()].map((one) => first(one.name));
  const word = (/** @type {string} */ id) => place.dataset[id] ?? "";
  const text =
    names.length === 0
      ? ""
      : names.length === 1
        ? `${names[0]} ${word("one")}`
        : names.length === 2
          ? `${names[0]} ${word("and")} ${names[1]} ${word("two")}`
          : word("many");
  seen.textContent = text;
  place.classList.toggle("typing-on", text !== "");
  if (text !== "" && performance.now() - read > QUIET) {
    read = performance.now();
    spoken.textContent = text;
  } else if (text === "") spoken.textContent = "";
}

/** @param {number} person */
function forget(person) {
  const known = writing.get(person);
  if (!known) return;
  clearTimeout(known.timer);
  writing.delete(person);
  show();
}

document.addEventListener("zvonok:typing", (event) => {
  const said = /** @type {CustomEvent} */ (event).detail;
  if (said.conv !== conv) return;
  const known = writing.get(said.person);
  if (known) clearTimeout(known.timer);
  writing.set(said.person, { name: said.name, timer: window.setTimeout(() => forget(said.person), LASTS) });
  show();
});

// Whoever has sent it writes it no more; whoever is out writes nothing.
document.addEventListener("zvonok:event", (event) => {
  const said = /** @type {CustomEvent} */ (event).detail;
  if (said.conv !== conv) return;
  if (said.kind === "message") forget(said.line?.sender);
  else if (said.kind === "left") forget(said.person);
  else if (said.kind === "chat_left") for (const person of [...writing.keys()]) forget(person);
});

if (document.getElementById("typing") && field instanceof HTMLTextAreaElement) {
  field.addEventListener("input", async () => {
    const now = performance.now();
    if (field.value.trim() === "" || now - told < EVERY) return;
    told = now;
    try {
      await ask({ t: "typing", conv });
    } catch {
      // It is over by the time the network is back.
    }
  });
}
