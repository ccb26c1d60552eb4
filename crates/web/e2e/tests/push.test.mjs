// Notifications: the school switches them on after reading, a pupil switches them on for a device by a press of a
// button, tests them and switches them off. A browser without a screen reaches no push service, so its answer is played.
import { test } from "node:test";
import assert from "node:assert/strict";
import { stage } from "../harness.mjs";
import { press, sound } from "./steps.mjs";

const here = stage();

const open = (role, look) => here.open(role, look);

/** Plays the push service: a real key of the browser's own kind, an address of a known service. */
async function playService(person) {
  await person.page.addInitScript(() => {
    PushManager.prototype.getSubscription = async () => null;
    PushManager.prototype.subscribe = async (options) => {
      if (options.userVisibleOnly !== true || options.applicationServerKey.length !== 65) throw new Error("options");
      const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
      const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
      const text = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
      const keys = { p256dh: text(raw), auth: text(crypto.getRandomValues(new Uint8Array(16))) };
      return { toJSON: () => ({ endpoint: "https://fcm.googleapis.com/fcm/send/played", keys }) };
    };
  });
}

/** Lets the browser's own push service bring calls, and its subscription change; nothing of it needs a network. */
async function calledInTheWorker(person) {
  const { page, context } = person;
  const client = await context.newCDPSession(page);
  const registered = new Promise((done) => {
    client.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const living = registrations.find((one) => !one.isDeleted);
      if (living) done(living.registrationId);
    });
  });
  await client.send("ServiceWorker.enable");
  const registrationId = await registered;
  const shown = () => page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const all = await registration.getNotifications();
    return all.map(({ title, tag, body, silent, data }) => ({ title, tag, body, silent, data }));
  });
  const bring = async (data) => {
    const { origin } = new URL(page.url());
    await client.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
  };
  const call = (title, more) =>
    JSON.stringify({ web_push: 8030, notification: { title, navigate: "/sferum/7", app_badge: "3", ...more } });
  // One notification whatever comes: the last word. What cannot be read is shown as the least that it means, and no way
  // leads out of the site.
  for (const [data, meant] of [
    [call("Новое сообщение · 6А"), { title: "Новое сообщение · 6А", silent: false, data: "/sferum/7" }],
    [call("Прочитано на другом устройстве", { silent: true, app_badge: "0" }), { title: "Прочитано на другом устройстве", silent: true, data: "/sferum/7" }],
    ["не JSON", { title: "Новое в Сферуме", silent: false, data: "/sferum" }],
    [call("Чужое", { navigate: "https://evil.example/" }), { title: "Чужое", silent: false, data: "/sferum" }],
    [call("Чужое и без имени", { navigate: "//evil.example/" }), { title: "Чужое и без имени", silent: false, data: "/sferum" }],
  ]) {
    await bring(data);
    await page.waitForFunction(async (title) => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).some((one) => one.title === title);
    }, meant.title);
    assert.deepEqual(await shown(), [{ tag: "zvonok", body: "", ...meant }]);
  }
  await client.detach();
  // The browser changes the subscription by itself: the school calls the new one, and the device stays one.
  const [worker] = context.serviceWorkers();
  const renewed = page.context().waitForEvent("response", (answer) => answer.url().endsWith("/profile/push/renew"));
  const given = await worker.evaluate(async () => {
    const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
    const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const text = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const keys = { p256dh: text(raw), auth: text(crypto.getRandomValues(new Uint8Array(16))) };
    let given = false;
    const fresh = (endpoint) => ({ toJSON: () => ({ endpoint, keys }), unsubscribe: async () => (given = true) });
    const from = (endpoint) => ({ endpoint: `https://fcm.googleapis.com/fcm/send/${endpoint}` });
    await self.renew({ oldSubscription: from("played"), newSubscription: fresh(from("renewed").endpoint) });
    const first = given;
    // Of an address that the school does not know the new one is given up.
    await self.renew({ oldSubscription: from("played"), newSubscription: fresh(from("again").endpoint) });
    return [first, given];
  });
  assert.deepEqual(given, [false, true]);
  assert.equal((await renewed).status(), 204);
  // The refused one is an answer of the worker's, and no fault of the page.
  assert.ok(person.takeFaults().every((fault) => fault.includes("404")));
  await page.reload();
  assert.equal(await page.getByRole("button", { name: /^Проверить уведомления/ }).count(), 1);
}

test("the school switches notifications on, a pupil takes them on a device and gives them up", async () => {
  const pupil = await open("pupil", { width: 360, height: 740 });
  await pupil.page.goto("/profile");
  await pupil.page.getByRole("link", { name: "Настроить" }).click();
  await pupil.page.getByText("Школа пока не включила уведомления").waitFor();
  await sound(pupil);

  const head = await open("head_of_studies");
  await head.page.goto("/profile/push");
  await head.page.getByRole("link", { name: "Уведомления для всей школы" }).click();
  await sound(head);
  await press(head.page, "Включить уведомления");
  await head.page.getByRole("alert").getByText("Прочитайте, кто доставляет уведомления").waitFor();
  await head.page.getByRole("checkbox", { name: /^Прочитано/ }).check();
  await press(head.page, "Включить уведомления");
  await head.page.getByText("Включены: каждый сам решает").waitFor();
  await sound(head);

  await pupil.page.reload();
  await pupil.page.getByRole("button", { name: "Включить на этом устройстве" }).click();
  await pupil.page.getByRole("alert").getByText("Браузер не разрешает уведомления").waitFor();
  await sound(pupil);

  await pupil.context.grantPermissions(["notifications"], { origin: here.demo.url });
  await playService(pupil);
  await pupil.page.reload();
  await press(pupil.page, "Включить на этом устройстве");
  await pupil.page.getByText("Уведомления на этом устройстве включены").first().waitFor();
  await sound(pupil);
  const worker = await pupil.page.evaluate(async () => (await navigator.serviceWorker.ready).active?.scriptURL);
  assert.equal(new URL(worker).pathname, "/sw.js");
  await calledInTheWorker(pupil);
  // Not pressed: nothing leaves this machine in a test.
  await pupil.page.getByRole("button", { name: /^Проверить уведомления/ }).waitFor();
  await pupil.page.getByRole("button", { name: /^Выключить/ }).click();
  await pupil.page.getByText("Уведомления на устройстве выключены").waitFor();
  await pupil.page.getByRole("button", { name: "Включить на этом устройстве" }).waitFor();
  await sound(pupil);

  await head.page.reload();
  await press(head.page, "Выключить уведомления");
  await head.page.getByText("Выключены: с сервера школы").waitFor();
  head.clean();
  pupil.clean();
});

test("without scripts the page says why nothing can be switched on", async () => {
  const head = await open("head_of_studies");
  await head.page.goto("/notifications");
  await head.page.getByRole("checkbox", { name: /^Прочитано/ }).check();
  await press(head.page, "Включить уведомления");
  const guardian = await open("guardian", { scripts: false });
  await guardian.page.goto("/profile/push");
  await guardian.page.getByText("разрешите в браузере сценарии").waitFor();
  guardian.clean();
});
