// @ts-check
/** The page on which devices are tried without a call: at home, before the first lesson (CALL-F34). */
import { beginCheck } from "./call-check.js";

beginCheck();
