// The official browser kit of VK ID, unmodified, against the school's VK ID: redirect under an own name, a new tab
// under the real service's name mapped to this machine, both widgets.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { createServer } from "node:https";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { startBrowser, startDemo } from "../harness.mjs";
import { giveCode, givePassword, givePhone, press } from "./steps.mjs";

const CLUB = "https://club.test";
const APP = 51000001;
const kit = path.resolve(path.dirname(createRequire(import.meta.url).resolve("@vkid/sdk")), "../umd/index.js");

let demo, browser, port, club;
before(async () => {
  club = await openClub();
  demo = await startDemo({
    options: ["--tls", "self-signed", "--hosts", "id.school.test,id.vk.ru"],
    applications: [["--id", String(APP), "--name", "Кружок робототехники", "--redirect", `${CLUB}/callback`, "--origin", CLUB]],
  });
  port = new URL(demo.url).port;
  browser = await startBrowser([
    `--host-resolver-rules=MAP club.test:443 127.0.0.1:${club.address().port}, MAP id.school.test 127.0.0.1, MAP id.vk.ru:443 127.0.0.1:${port}`,
  ]);
});
after(async () => {
  await browser?.close();
  await demo?.stop();
  club?.closeAllConnections();
  club?.close();
});

/** The club's site: one page with the kit, over TLS, since the kit's cookies and the browser's loopback rules ask for it. */
async function openClub() {
  const folder = await mkdtemp(path.join(tmpdir(), "zvonok-club-"));
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  await promisify(execFile)("openssl", [
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
    "-subj", "/CN=club.test", "-addext", "subjectAltName=DNS:club.test", "-keyout", key, "-out", cert,
  ]);
  const source = await readFile(kit);
  const page = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Кружок</title><div id="box"></div><script src="/kit.js"></script>';
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (request, answer) => {
    const isKit = request.url === "/kit.js";
    answer.setHeader("content-type", isKit ? "text/javascript" : "text/html");
    answer.end(isKit ? source : page);
  });
  await rm(folder, { recursive: true });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** A browser at the club's site, and what went wrong there. */
async function atClub() {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "ru-RU" });
  const faults = [];
  context.on("weberror", (error) => faults.push(error.error().message));
  context.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  const page = await context.newPage();
  await page.goto(`${CLUB}/`);
  return { page, context, faults };
}

/** Sets the kit up in a page. */
function init(page, domain, mode = "Redirect") {
  return page.evaluate(
    ({ app, domain, mode, back }) => {
      const VKID = window.VKIDSDK;
      VKID.Config.init({
        app, redirectUrl: back, scope: "phone",
        state: "0123456789abcdefghijklmnopqrstuvwxyz-_ABCDEF",
        codeVerifier: "a-verifier-of-forty-three-characters-or-more-1",
        mode: VKID.ConfigAuthMode[mode],
        responseMode: VKID.ConfigResponseMode[mode === "Redirect" ? "Redirect" : "Callback"],
        ...(domain ? { __vkidDomain: domain } : {}),
      });
    },
    { app: APP, domain, mode, back: `${CLUB}/callback` },
  );
}

/** From the first screen to the consent. */
async function signIn(page, person) {
  await givePhone(page, person.phone);
  await givePassword(page, person.vk_password);
  await giveCode(page, await code(person.phone));
}

/** The newest code: over TLS with a root that only the browser was told to ignore, so by the browser. */
async function code(phone) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const answer = await context.request.get(`https://127.0.0.1:${port}/demo/phone.json?phone=${encodeURIComponent(phone)}`);
  const messages = await answer.json();
  await context.close();
  assert.ok(messages.length > 0);
  return messages[0].code;
}

test("redirect: sign-in, exchange, profile, masked profile, refresh, logout", async () => {
  const { page, context, faults } = await atClub();
  const person = demo.person("pupil", 1);
  const domain = `id.school.test:${port}`;
  await init(page, domain);
  await Promise.all([page.waitForURL(/\/authorize\?/), page.evaluate(() => void window.VKIDSDK.Auth.login())]);
  await signIn(page, person);
  await page.getByRole("heading", { name: "«Кружок робототехники» просит доступ" }).waitFor();
  await press(page, "Разрешить");
  await page.waitForURL(`${CLUB}/callback?**`);
  await init(page, domain);
  const answers = await page.evaluate(async () => {
    const { Auth } = window.VKIDSDK;
    const query = new URL(location.href).searchParams;
    const pair = await Auth.exchangeCode(query.get("code"), query.get("device_id"), "a-verifier-of-forty-three-characters-or-more-1");
    const user = await Auth.userInfo(pair.access_token);
    const masked = await Auth.publicInfo(pair.id_token);
    const next = await Auth.refreshToken(pair.refresh_token, query.get("device_id"));
    const out = await Auth.logout(next.access_token);
    return { pair, user, masked, next, out, state: query.get("state") };
  });
  assert.equal(answers.state, "0123456789abcdefghijklmnopqrstuvwxyz-_ABCDEF");
  assert.deepEqual(
    Object.fromEntries(Object.entries(answers.pair).map(([name, value]) => [name, typeof value])),
    { access_token: "string", refresh_token: "string", id_token: "string", token_type: "string", expires_in: "number", user_id: "number", state: "string", scope: "string" },
  );
  assert.equal(answers.user.user.user_id, String(answers.pair.user_id));
  assert.equal(answers.user.user.phone, person.phone.slice(1));
  assert.match(answers.masked.user.phone, /^\+7 \*{3} \*{3} \*{2} \d\d$/);
  assert.notEqual(answers.next.access_token, answers.pair.access_token);
  assert.deepEqual(answers.out, { response: 1 });
  assert.deepEqual(faults, []);
  await context.close();
});

test("a new tab under the real service's name answers the page that opened it", async () => {
  const { page, context, faults } = await atClub();
  await init(page, null, "InNewTab");
  const [tab] = await Promise.all([
    context.waitForEvent("page"),
    page.evaluate(() => {
      window.outcome = window.VKIDSDK.Auth.login().then((payload) => ({ payload }), (error) => ({ error }));
    }),
  ]);
  await tab.waitForURL(/id\.vk\.ru\/authorize/);
  // The same person let the club in a moment ago, so that no consent is asked; the last form closes the tab.
  const person = demo.person("pupil", 2);
  await givePhone(tab, person.phone);
  await givePassword(tab, person.vk_password);
  await giveCode(tab, await code(person.phone));
  await tab.getByRole("button", { name: "Разрешить" }).click();
  const { payload, error } = await page.evaluate(() => window.outcome);
  assert.equal(error, undefined, JSON.stringify(error));
  assert.equal(payload.type, "code_v2");
  assert.match(payload.code, /^vk2\.a\./);
  assert.deepEqual(faults, []);
  await context.close();
});

for (const [name, draw] of [
  ["One Tap", (box) => new window.VKIDSDK.OneTap().render({ container: box })],
  ["floating One Tap", () => new window.VKIDSDK.FloatingOneTap().render({ appName: "Кружок" })],
]) {
  test(`the ${name} widget becomes a working button`, async () => {
    const { page, context, faults } = await atClub();
    await init(page, `id.school.test:${port}`);
    await page.evaluate(`(${draw.toString()})(document.getElementById("box"))`);
    const button = page.getByRole("button", { name: /VK ID/ }).first();
    await button.waitFor();
    await Promise.all([page.waitForURL(/\/authorize\?/), button.click()]);
    await page.getByLabel(/телефон/i).waitFor();
    assert.deepEqual(faults, []);
    await context.close();
  });
}
