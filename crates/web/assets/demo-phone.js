// @ts-check
/** The demo's virtual telephone shows new messages by itself. */

import { refresh } from "./fragment.js";

const PAUSE = 2000;

async function look() {
  const list = document.querySelector("[data-phone]");
  const address = new URL(location.href);
  address.searchParams.set("part", "messages");
  if (list && !document.hidden) await refresh(list, address.href).catch(() => {});
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
