// The test of devices before a call: what can go wrong with them is said in a sentence, and nothing is switched on by itself.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson } from "../harness.mjs";
import { callStage, openCaller, until } from "./call-steps.mjs";
import { bend } from "./link-proxy.mjs";
import { sound } from "./steps.mjs";

const here = callStage();

/** What the fake devices answer with from now on. */
const fault = (page, name) => page.evaluate((name) => (window.fakeFault = name), name);

test("devices are off until they are switched on, and the microphone is heard", async () => {
  // CALL-F12, CALL-F34, CALL-P36
  for (const [width, height, dark] of [[1280, 820, false], [360, 760, true]]) {
    const person = await openCaller(here, here.demo.person("guardian"), { width, height, dark, tone: 300 });
    await person.page.goto("/calls/check");
    await person.page.getByText("Камера выключена", { exact: true }).waitFor();
    assert.equal(await person.page.evaluate(() => window.asked), undefined);
    await sound(person);
    await person.page.getByRole("button", { name: "Микрофон" }).click();
    await person.page.getByText("Вас слышно", { exact: false }).waitFor();
    const asked = await person.page.evaluate(() => window.asked);
    assert.deepEqual([asked.echoCancellation, asked.noiseSuppression, asked.autoGainControl], [true, true, true]);
    await person.page.getByRole("button", { name: "Камера" }).click();
    await person.page.getByText("Камера выключена", { exact: true }).waitFor({ state: "hidden" });
    await person.page.getByRole("button", { name: "Проверить звук" }).click();
    await sound(person);
    await person.close();
  }
});

test("a device that does not come is named with what to do", async () => {
  const person = await openCaller(here, here.demo.person("guardian"));
  await person.page.goto("/calls/check");
  for (const [name, said] of [
    ["NotAllowedError", /не даёт микрофон этому сайту/],
    ["NotFoundError", /Микрофон не.найден/],
    ["NotReadableError", /Микрофон занят другой программой/],
  ]) {
    await fault(person.page, name);
    await person.page.getByRole("button", { name: "Микрофон" }).click();
    await person.page.getByRole("alert").getByText(said).waitFor();
    assert.equal(await person.page.getByRole("button", { name: "Микрофон" }).getAttribute("aria-pressed"), "false");
  }
  await fault(person.page, "NotReadableError");
  await person.page.getByRole("button", { name: "Камера" }).click();
  await person.page.getByRole("alert").getByText(/Камера занята другой программой/).waitFor();
  await sound(person);
  await fault(person.page, "");
  await person.page.getByRole("button", { name: "Камера" }).click();
  await until(() => person.page.getByRole("alert").count(), (count) => count === 0, "the complaint goes");
  person.clean();
  await person.close();
});

test("the choice of devices is remembered", async () => {
  const person = await openPerson(here.browser, here.demo.url);
  await person.signIn(here.demo.person("guardian"));
  await person.page.goto("/calls/check");
  await person.page.getByRole("button", { name: "Микрофон" }).click();
  const choice = person.page.getByRole("combobox", { name: "Микрофон" });
  await choice.waitFor();
  const second = await choice.getByRole("option").nth(1).getAttribute("value");
  await choice.selectOption(second);
  await person.page.reload();
  await person.page.getByRole("button", { name: "Микрофон" }).click();
  await until(() => choice.inputValue(), (value) => value === second, "the chosen microphone");
  await person.close();
});

test("where the browser gives no devices the page says why, and asks for none", async () => {
  // CALL-N5
  const person = await openPerson(here.browser, here.demo.url, { width: 360, height: 760 });
  // As on a page over http from another machine.
  await person.context.addInitScript(() => Object.defineProperty(navigator, "mediaDevices", { value: undefined }));
  await person.signIn(here.demo.person("guardian"));
  await person.page.goto("/calls/check");
  await person.page.getByText("Микрофон и камера здесь не включатся.").waitFor();
  assert.equal(await person.page.getByRole("button", { name: "Микрофон" }).isDisabled(), true);
  await sound(person);
  await person.close();
});

/** What the page says of the connection, once it knows. */
async function connection(person) {
  const found = person.page.locator("#network-found");
  await until(() => person.page.getByRole("button", { name: "Проверить связь ещё раз" }).isEnabled(), Boolean, "the network is tried");
  return (await found.innerText()).replace(/\s+/g, " ");
}

test("the network is tried at once, over UDP", async () => {
  // CALL-F34, CALL-N1
  for (const [width, height, dark] of [[1280, 900, false], [360, 760, true]]) {
    const person = await openCaller(here, here.demo.person("guardian"), { width, height, dark });
    await person.page.goto("/calls/check");
    assert.match(await connection(person), /^Соединение: прямое \(UDP\) Сигнал туда и обратно идёт \d+ мс: задержка незаметна\.$/);
    await sound(person);
    // Nobody else was there, and nothing is left of it.
    assert.deepEqual(await person.page.evaluate(() => window.connections.map((one) => [one.connectionState, one.getSenders().every((each) => each.track === null)])), [["closed", true]]);
    await person.page.goto("/sferum/calls");
    await person.page.getByText(/Сейчас видеоконференций.нет/).waitFor();
    person.clean();
    await person.close();
  }
});

test("a network without UDP is told, and one that lets nothing through, and the next try finds it mended", async () => {
  // CALL-F20, CALL-F34
  const person = await openCaller(here, here.demo.person("guardian"), { width: 360, height: 760 });
  await person.context.addInitScript(bend, { udp: false });
  await person.page.goto("/calls/check");
  const slow = await connection(person);
  assert.match(slow, /^Соединение: через TCP, звук и видео могут запаздывать Эта сеть не пропускает UDP\..* Сигнал туда и обратно идёт \d+ мс/);
  await sound(person);
  const again = person.page.getByRole("button", { name: "Проверить связь ещё раз" });
  await person.page.evaluate(() => {
    const native = RTCPeerConnection.prototype.setRemoteDescription;
    window.mended = native;
    RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
      return native.call(this, { type, sdp: sdp.split("\r\n").filter((line) => !line.startsWith("a=candidate:")).join("\r\n") });
    };
  });
  await again.click();
  assert.match(await connection(person), /^Нет соединения Страница открыта, но звук и видео через эту сеть не проходят\./);
  await sound(person);
  await person.page.evaluate(() => (RTCPeerConnection.prototype.setRemoteDescription = window.mended));
  await again.click();
  assert.match(await connection(person), /^Соединение: через TCP/);
  person.clean();
  await person.close();
});

test("without scripts the page says that it needs them", async () => {
  const person = await openCaller(here, here.demo.person("guardian"), { scripts: false });
  await person.page.goto("/calls/check");
  await person.page.getByText(/с включёнными скриптами/).waitFor();
  person.clean();
  await person.close();
});
