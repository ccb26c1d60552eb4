// Notifications: the school switches them on after reading, a pupil switches them on for a device by a press of a
// button, tests them and switches them off. A browser without a screen reaches no push service, so its answer is played.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, startBrowser, startDemo } from "../harness.mjs";
import { press, sound } from "./steps.mjs";

let demo, browser;
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

async function open(role, size) {
  const opened = await openPerson(browser, demo.url, size);
  await opened.signIn(demo.person(role));
  return opened;
}

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

  await pupil.context.grantPermissions(["notifications"], { origin: demo.url });
  await playService(pupil);
  await pupil.page.reload();
  await press(pupil.page, "Включить на этом устройстве");
  await pupil.page.getByText("Уведомления на этом устройстве включены").first().waitFor();
  await sound(pupil);
  const worker = await pupil.page.evaluate(async () => (await navigator.serviceWorker.ready).active?.scriptURL);
  assert.equal(new URL(worker).pathname, "/sw.js");
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
