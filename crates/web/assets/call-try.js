// @ts-check
/** The page on which devices and the network are tried without a call: at home, before the first lesson (CALL-F34). */
import { beginCheck } from "./call-check.js";
import { beginNetwork } from "./call-network.js";
import { report } from "./call-report.js";
import { part } from "./call-words.js";

beginCheck(report);
if (part("main", HTMLElement).dataset.network === "true") beginNetwork(({ way, trip }) => report({ network: way, trip: trip ?? undefined }));
