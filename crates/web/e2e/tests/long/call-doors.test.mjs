// Who gets nothing of a call: strangers, those whose session ended, and pages whose scripts were changed.
import { test } from "node:test";
import assert from "node:assert/strict";
import { callStage, command, control, grown, inside, join, openCaller, startCall, switchOn, until } from "../call-steps.mjs";
import { openChat } from "../steps.mjs";

const CHAT = "Родители 6 «А»";

let teacher, mother, head, address;
const here = callStage({}, async () => {
  teacher = await openCaller(here, here.demo.person("class_teacher"), { colour: "red", tone: 300 });
  mother = await openCaller(here, here.demo.person("guardian"), { colour: "green", tone: 500 });
  head = await openCaller(here, here.demo.person("head_of_studies"), { colour: "blue", tone: 800 });
  address = await startCall(teacher, CHAT);
  for (const person of [teacher, mother, head]) {
    await join(person, address);
    await inside(person);
  }
});

test("strangers get no page, no line, no answer and no packet", async () => {
  // CALL-E3, CALL-I1, CALL-F2
  for (const who of [here.demo.person("pupil", 1), here.demo.person("teacher"), here.demo.person("administrator"), here.demo.person("safeguarding_lead")]) {
    const stranger = await openCaller(here, who, { colour: "cyan" });
    const page = await stranger.page.goto(address);
    assert.ok([403, 404].includes(page.status()), `${who.role}: ${page.status()}`);
    const joined = await command(stranger.page, address, { t: "join", offer: "v=0" });
    assert.equal(joined.t, "no", who.role);
    assert.deepEqual(await stranger.page.evaluate(() => window.connections), [], who.role);
    await stranger.close();
  }
});

test("a guardian starts no call", async () => {
  // CALL-I11, CALL-E3
  const person = await openCaller(here, here.demo.person("guardian"));
  await openChat(person.page, CHAT);
  const status = await person.page.evaluate(async () => {
    const conversation = document.querySelector("[data-chat]").dataset.chat;
    const body = new URLSearchParams({ _token: document.querySelector('meta[name="csrf"]').content });
    return (await fetch(`/sferum/${conversation}/call`, { method: "POST", body })).status;
  });
  assert.equal(status, 403);
  await person.close();
});

test("with the session the call ends, and what the page has saved is worth nothing", async () => {
  // CALL-E3, CALL-I2
  const third = await openCaller(here, here.demo.person("guardian"), { colour: "violet" });
  await join(third, address);
  await inside(third);
  // The same person on another page: the first one hears that it was replaced.
  await mother.page.getByRole("heading", { name: "Вы вошли с другой страницы" }).waitFor();
  // Not from within the page: it leaves as soon as the session is over, before it would hear the answer.
  const token = await third.page.evaluate(() => document.querySelector('meta[name="csrf"]').content);
  const origin = new URL(address, here.demo.url).origin;
  const out = await third.context.request.post("/signout", { form: { _token: token }, headers: { origin }, maxRedirects: 0 });
  assert.equal(out.status(), 303);
  // The page goes to the sign-in by itself: while it does, there is nothing to ask.
  const phase = () => third.page.evaluate(() => document.getElementById("main")?.dataset.phase ?? "gone").catch(() => "gone");
  await until(phase, (phase) => phase !== "in", "out of the call");
  const again = await command(third.page, address, { t: "join", offer: "v=0" }).catch(() => ({ t: "no" }));
  assert.equal(again.t, "no");
  await third.close();
  await join(mother, address);
  await inside(mother);
});

test("a changed page is neither heard nor seen, and leads nobody", async () => {
  // CALL-E5, CALL-I3
  await switchOn(teacher, "Микрофон");
  await switchOn(mother, "Микрофон");
  await control(teacher.page, "Тишина всем").click();
  await teacher.page.locator("#menu > summary").click();
  await teacher.page.getByRole("button", { name: "Включают камеру" }).click();
  await teacher.page.keyboard.press("Escape");
  await until(() => control(mother.page, "Микрофон").getAttribute("aria-disabled"), (off) => off === "true", "muted");
  await control(teacher.page, "Микрофон").click();
  await until(() => grown(head.page, 600), (more) => more.energy < 0.001, "silence");
  // Everything that a page can do with its connection: a voice, a face, a film on the line of screens, more lines.
  await mother.page.evaluate(async () => {
    const connection = window.connections.findLast((one) => one.connectionState === "connected");
    const [voice] = (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks();
    const [face] = (await navigator.mediaDevices.getUserMedia({ video: true })).getTracks();
    const [microphone, camera, screen] = connection.getSenders();
    await microphone.replaceTrack(voice);
    await camera.replaceTrack(face);
    await screen.replaceTrack(face.clone());
    connection.addTransceiver(face.clone(), { direction: "sendonly" });
  });
  await until(() => grown(mother.page, 500), (more) => more.out > 50, "the changed page sends");
  for (const other of [teacher, head]) {
    const more = await grown(other.page, 3_000);
    assert.equal(more.frames, 0, JSON.stringify(more));
    assert.ok(more.energy < 0.0005, JSON.stringify(more));
  }
  const id = await teacher.page.evaluate(() => Number(document.getElementById("main").dataset.me));
  const own = await mother.page.evaluate(() => Number(document.getElementById("main").dataset.me));
  for (const said of [
    { t: "rules", quiet: false, microphones: true, cameras: true, screens: true, anew: [] },
    { t: "allow", person: own, source: "microphone", on: true },
    { t: "remove", person: id }, { t: "back", person: own }, { t: "lower", person: null }, { t: "end" },
  ]) {
    const answer = await command(mother.page, address, said);
    assert.equal(answer.t, "no", JSON.stringify(said));
  }
  const more = await grown(head.page, 1_000);
  assert.ok(more.frames === 0 && more.energy < 0.0005, JSON.stringify(more));
  await until(() => control(teacher.page, "Микрофон").getAttribute("aria-pressed"), (on) => on === "false", "the teacher is in");
});

test("two calls at once know nothing of each other", async () => {
  // CALL-E13
  const second = await openCaller(here, here.demo.person("teacher"), { colour: "cyan", tone: 1_000 });
  const other = await startCall(second, "6 «А»");
  assert.notEqual(other, address);
  await join(second, other);
  await inside(second);
  await switchOn(second, "Камера");
  await switchOn(second, "Микрофон");
  await control(head.page, "Камера").click();
  const more = await grown(second.page, 3_000);
  assert.ok(more.frames === 0 && more.energy < 0.0005, JSON.stringify(more));
  assert.deepEqual(await second.page.locator(".tile-name").allInnerTexts(), ["Вы"]);
  const name = (await second.page.getByText(/\(вы\)$/).innerText()).replace(/ \(вы\)$/, "");
  for (const person of [teacher, mother, head]) {
    assert.equal((await person.page.locator(".tile-name").allInnerTexts()).includes(name), false);
  }
  await second.close();
});
