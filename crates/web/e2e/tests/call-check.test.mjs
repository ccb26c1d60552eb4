// The test of devices before a call: what can go wrong with them is said in a sentence, and nothing is switched on by itself.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson } from "../harness.mjs";
import { callStage, openCaller, openPupil, until } from "./call-steps.mjs";
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
  const found = person.page.getByRole("status").filter({ hasText: /^\s*(Соединение|Нет.соединения|Проверить.связь)/ });
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

/** A lesson of the pupils of 6 «А» whose page tells who is ready. */
async function lessonOf(page) {
  await page.goto("/today");
  const links = await page.getByRole("link").evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute("href")))].filter((to) => to.startsWith("/lessons/")));
  for (const link of links) {
    await page.goto(link);
    if (await page.getByText("без микрофона").isVisible()) return link;
  }
  assert.fail(`none of ${links}`);
}

test("what was found is kept, and seen by the pupil and whoever teaches them", async () => {
  // CALL-F34
  const pupil = await openPupil(here, 1, { tone: 300, width: 360, height: 760 });
  const line = () => pupil.page.getByRole("status").filter({ hasText: /^Проверено/ }).innerText().then((text) => text.replace(/\s+/g, " "));
  const kept = (wanted) => until(line, (text) => wanted.test(text), String(wanted));
  await pupil.page.goto("/calls/check");
  await kept(/^Проверено сегодня в \d+:\d\d: соединение прямое \(UDP\)\.$/);
  await pupil.page.getByRole("button", { name: "Микрофон" }).click();
  await kept(/^Проверено сегодня в \d+:\d\d: вас слышно, соединение прямое \(UDP\)\.$/);
  await fault(pupil.page, "NotAllowedError");
  await pupil.page.getByRole("button", { name: "Камера" }).click();
  const said = await kept(/: вас слышно, браузер не даёт камеру, соединение прямое \(UDP\)\.$/);
  await sound(pupil);
  // Another look tries the network alone, and what was found before is not lost by it.
  await pupil.page.reload();
  assert.equal(await line(), said);
  await kept(/^Проверено сегодня в \d+:\d\d: соединение прямое \(UDP\)\. Проверено сегодня в \d+:\d\d: вас слышно, браузер не даёт камеру\.$/);
  // Whoever leaves at once is told of no less.
  await fault(pupil.page, "NotFoundError");
  await pupil.page.getByRole("button", { name: "Микрофон" }).click();
  await pupil.page.getByRole("alert").getByText(/Микрофон не.найден/).waitFor();
  await pupil.page.goto("/sferum/calls");
  await pupil.page.goto("/calls/check");
  await kept(/микрофон не найден/);
  const teacher = await openPerson(here.browser, here.demo.url);
  await teacher.signIn(here.demo.person("class_teacher"));
  const lesson = await lessonOf(teacher.page);
  const ready = teacher.page.getByRole("region", { name: "Готовность к видеоуроку" });
  assert.match((await ready.innerText()).replace(/\s+/g, " "), /Готовы: \d+ из \d+\. .* без микрофона сегодня в \d+:\d\d .*Не проверяли: \d+/);
  for (const [width, height, dark] of [[360, 760, true], [1280, 900, false]]) {
    const reader = await openPerson(here.browser, here.demo.url, { width, height, dark });
    await reader.signIn(here.demo.person("class_teacher"));
    await reader.page.goto(lesson);
    await reader.page.getByText(/^Не.проверяли/).click();
    // A field that is half under a bar seems small to axe.
    await reader.page.evaluate(() => window.scrollTo(0, 0));
    await reader.axe();
    await reader.fits();
    reader.clean();
    await reader.close();
  }
  // Neither the pupil nor anybody's parents find it there.
  assert.equal((await pupil.page.goto(lesson)).status(), 404);
  pupil.takeFaults();
  await teacher.close();
  await pupil.close();
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
