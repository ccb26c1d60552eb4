// @ts-check
/** The page on which devices and the network are tried without a call: at home, before the first lesson (CALL-F34). */
import { beginCheck } from "./call-check.js";
import { beginNetwork } from "./call-network.js";
import { part } from "./call-words.js";

beginCheck();
if (part("main", HTMLElement).dataset.network === "true") beginNetwork(() => {});
