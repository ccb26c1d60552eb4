// Starts the demo school on a free port and gives browsers whose every console error, CSP report and failed request
// fails the test. One server and one Chromium serve a test file.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../../..");
const axeSource = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The moment at which the browser tests live: Wednesday, the third lesson. */
export const TODAY = "2026-10-14T10:47";

/** @typedef {{ role: string, name: string, login: string, password: string, phone: string, vk_password: string | null, variant: number | null }} Person */

export const binary = process.env.ZVONOK_BINARY ?? path.join(root, "target/debug/zvonok");

/**
 * Starts `zvonok demo` with a base of its own, or on one that is there, and resolves when it prints where it is.
 * `applications` are registered with its VK ID first.
 */
export async function startDemo({ today = TODAY, options = [], applications = [] } = {}) {
  const data = await mkdtemp(path.join(tmpdir(), "zvonok-e2e-"));
  if (applications.length > 0) {
    const first = await startOn(data, today, []);
    await first.end();
    for (const application of applications) {
      await promisify(execFile)(binary, ["vkid", "app", "add", "--db", path.join(data, "zvonok.db"), ...application]);
    }
  }
  return startOn(data, today, options);
}

async function startOn(data, today, options, port = "0") {
  const server = spawn(binary, ["demo", "--port", port, "--data", data, "--today", today, "--json", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, RUST_LOG: process.env.RUST_LOG ?? "warn" },
  });
  const line = await new Promise((resolve, reject) => {
    let text = "";
    server.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
    server.on("exit", (code) => reject(new Error(`the demo ended with ${code}: ${text}`)));
  });
  /** @type {{ url: string, people: Person[] }} */
  const demo = JSON.parse(line);
  const end = async (signal = "SIGTERM") => {
    server.removeAllListeners("exit");
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.on("exit", resolve));
    server.kill(signal);
    await ended;
  };
  return {
    ...demo,
    /** The server's process. */
    pid: server.pid,
    /** The folder with the base. */
    data,
    end,
    /** The person of a role, or of a variant of the guide. */
    person(/** @type {string} */ role, /** @type {number | null} */ variant = null) {
      const found = demo.people.find((one) => one.role === role && (variant === null || one.variant === variant));
      assert.ok(found, `nobody is ${role} ${variant}`);
      return found;
    },
    /** The code of the newest SMS to a phone. */
    async code(/** @type {string} */ phone) {
      const answer = await fetch(`${demo.url}/demo/phone.json?phone=${encodeURIComponent(phone)}`);
      const messages = await answer.json();
      assert.ok(messages.length > 0, `no SMS for ${phone}`);
      return messages[0].code;
    },
    /** Ends the server and starts it anew on the same base at another moment; sessions go on, on another port. */
    async later(/** @type {string} */ moment) {
      await end();
      return startOn(data, moment, options);
    },
    /** Kills the server at once, as a power cut does. */
    async crash() {
      await end("SIGKILL");
    },
    /** Starts it anew on the same base, at the same moment or another, under the same address: open pages find it again. */
    async again(/** @type {string} */ moment = today) {
      return startOn(data, moment, options, new URL(demo.url).port);
    },
    async stop() {
      await end();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Starts Chromium, with more of its switches when a test needs them. */
export function startBrowser(switches = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync", ...switches,
    ],
  });
}

/**
 * A school and a Chromium for all tests of a file, from before the first to after the last. `prepare` runs once they are
 * there: a hook of the file itself would not wait for them. Whoever restarts the school puts the new one in its place:
 * `here.demo = await here.demo.again()`.
 */
export function stage({ demo = {}, switches = [], prepare = async () => {} } = {}) {
  /** @type {{ demo: any, browser: any, open: (role: string, options?: any) => Promise<any> }} */
  const here = {
    demo: null,
    browser: null,
    /** A person of a role, or of a variant of the guide, signed in to the diary. */
    async open(role, { variant = null, ...look } = {}) {
      const person = await openPerson(here.browser, here.demo.url, look);
      await person.signIn(here.demo.person(role, variant));
      return person;
    },
  };
  before(async () => {
    here.demo = await startDemo(demo);
    here.browser = await startBrowser(switches);
    await prepare();
  });
  after(async () => {
    await here.browser?.close();
    await here.demo?.stop();
  });
  return here;
}

/** A browser of one person: its page and what went wrong in it. */
export async function openPerson(browser, url, { width = 1280, height = 800, dark = false, scripts = true, phone = false } = {}) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
    locale: "ru-RU",
    javaScriptEnabled: scripts,
    hasTouch: phone || width < 600,
    isMobile: phone,
  });
  context.setDefaultTimeout(Number(process.env.ZVONOK_PATIENCE ?? 15_000));
  const faults = [];
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("requestfailed", (request) => {
    // A navigation cancels what the page before it had under way.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") faults.push(`failed: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  return {
    page,
    context,
    /** Signs in to the diary with login and password. */
    async signIn(person) {
      await page.goto("/signin");
      await page.getByLabel("Логин").fill(person.login);
      await page.getByLabel("Пароль", { exact: true }).fill(person.password);
      await page.getByRole("button", { name: "Войти" }).click();
      await page.waitForURL((address) => !address.pathname.startsWith("/signin"));
    },
    /** Fails when anything went wrong so far. */
    clean() {
      assert.deepEqual(faults, []);
    },
    /** What went wrong since this was asked last. */
    takeFaults() {
      return faults.splice(0);
    },
    /** Runs axe over the page: no finding of any kind. */
    async axe() {
      const findings = await runAxe(page);
      assert.deepEqual(findings, [], `axe on ${page.url()}`);
    },
    /** Nothing scrolls sideways. */
    async fits() {
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(over <= 0, `${page.url()} is ${over} px too wide`);
    },
    async close() {
      await context.close();
    },
  };
}

/** Runs axe in the page's own world through the debugger, which the page's policy does not bind. */
async function runAxe(page) {
  const { readFile } = await import("node:fs/promises");
  const source = await readFile(axeSource, "utf8");
  const client = await page.context().newCDPSession(page);
  await client.send("Runtime.evaluate", { expression: source });
  const { result, exceptionDetails } = await client.send("Runtime.evaluate", {
    expression: `axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
      .then((found) => JSON.stringify(found.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.target.join(" ")).join(", "))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  assert.equal(exceptionDetails, undefined);
  await client.detach();
  return JSON.parse(result.value);
}

/** Keeps a picture for the guide when the run takes pictures (`ZVONOK_GUIDE=1`). */
export async function picture(page, name) {
  if (process.env.ZVONOK_GUIDE !== "1") return;
  const folder = path.join(root, "docs/guide/pictures");
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
