// The stock VK ID backend of Python's social-auth-core, unmodified, signs a person in with the school's VK ID: a site
// on the server's side, its addresses given by settings (../social_auth.py), the person in Chromium.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { openPerson, startBrowser, startDemo } from "../harness.mjs";
import { giveCode, givePassword, givePhone, press } from "./steps.mjs";

const APP = "51000002";
const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const python = path.join(folder, ".venv/bin/python");

let demo, browser, club, back, site;
before(async () => {
  assert.ok(existsSync(python), `Python 3 with social-auth-core is not at ${python}: install python3 with venv, then run: just e2e`);
  club = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html");
    answer.end('<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Кружок</title>');
  });
  await new Promise((resolve) => club.listen(0, "127.0.0.1", resolve));
  back = `http://127.0.0.1:${club.address().port}/callback`;
  demo = await startDemo({
    applications: [["--id", APP, "--name", "Кружок шахмат", "--redirect", back, "--origin", new URL(back).origin]],
  });
  browser = await startBrowser();
  site = openSite();
});
after(async () => {
  await site?.close();
  await browser?.close();
  await demo?.stop();
  club?.closeAllConnections();
  club?.close();
});

/** The site: a line to it for each deed, a line back. */
function openSite() {
  const child = spawn(python, [path.join(folder, "social_auth.py")], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: "1" },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const say = (value) => child.stdin.write(`${JSON.stringify(value)}\n`);
  say({ ADDRESS: demo.url, KEY: APP, REDIRECT: back });
  return {
    async ask(...deed) {
      say(deed);
      const { value, done } = await lines.next();
      assert.ok(!done, `the site ended at ${deed[0]}`);
      return JSON.parse(value);
    },
    async close() {
      const ended = new Promise((resolve) => child.on("exit", resolve));
      child.stdin.end();
      await ended;
    },
  };
}

test("a person signs in, is known by profile and token, and the pair is made anew", async () => {
  const someone = await openPerson(browser, demo.url);
  const { page } = someone;
  const person = demo.person("pupil", 1);
  const { url } = await site.ask("begin");
  await page.goto(url);
  await givePhone(page, person.phone);
  await givePassword(page, person.vk_password);
  await giveCode(page, await demo.code(person.phone));
  await page.getByRole("heading", { name: "«Кружок шахмат» просит доступ" }).waitFor();
  await press(page, "Разрешить");
  await page.waitForURL(`${back}?**`);
  const query = new URL(page.url()).search.slice(1);

  const foreign = new URLSearchParams(query);
  foreign.set("state", "0".repeat(32));
  assert.deepEqual(await site.ask("complete", foreign.toString()), { refused: "AuthSessionError", code: "session_context_missing" });

  const found = await site.ask("complete", query);
  assert.equal(found.refused, undefined, JSON.stringify(found));
  assert.match(found.uid, /^\d+$/);
  assert.equal(found.response.user_id, found.uid);
  assert.equal(found.response.phone, person.phone.slice(1));
  assert.ok(found.details.first_name && found.details.last_name, JSON.stringify(found.details));
  assert.equal(found.extra.scope, "vkid.personal_info phone");
  assert.equal(found.extra.device_id, new URLSearchParams(query).get("device_id"));
  // A return is for one use on the site's side as well.
  assert.equal((await site.ask("complete", query)).refused, "AuthSessionError");

  const next = await site.ask("refresh", found.extra.refresh_token, found.extra.device_id);
  assert.equal(String(next.user_id), found.uid);
  assert.notEqual(next.access_token, found.response.access_token);
  assert.notEqual(next.refresh_token, found.extra.refresh_token);
  // A refresh token that is spent is refused and ends the pair that came of it (VK-23).
  for (const token of [found.extra.refresh_token, next.refresh_token]) {
    const { refused } = await site.ask("refresh", token, found.extra.device_id);
    assert.match(refused, /^Auth\w*Error$/);
  }
  someone.clean();
  await someone.close();
});

test("whoever says no comes back as one who said no", async () => {
  const someone = await openPerson(browser, demo.url);
  const { page } = someone;
  const { url } = await site.ask("begin");
  await page.goto(url);
  await press(page, "Отмена");
  await page.waitForURL(`${back}?**`);
  assert.equal((await site.ask("complete", new URL(page.url()).search.slice(1))).refused, "AuthCanceled");
  someone.clean();
  await someone.close();
});
