// Three people in a call of a chat: who is seen and heard by whom, moderation, leaving and coming back.
import { test } from "node:test";
import assert from "node:assert/strict";
import {
  STRICT, callStage, command, control, counts, grown, hides, inside, join, openCaller, seen, shows, startCall, switchOn, until,
} from "./call-steps.mjs";
import { said, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";

const here = callStage();
let teacher, mother, head, address, leader, mum, boss;

/** The names on the tiles of others. */
const names = async (person) => Object.keys(await seen(person.page)).filter((name) => name !== "Вы");
/** The own name of whoever leads, whose list of people is open from the start. */
const nameOf = async (person) => (await person.page.getByText(/\(вы\)$/).innerText()).replace(/ \(вы\)$/, "");

/** A person's row in the list of people. */
const rowOf = (person, name) => person.page.locator("#callers").getByRole("listitem").filter({ hasText: name });

test("three members see and hear each other, each in their own colour", async () => {
  // CALL-E1, CALL-E2, CALL-F2, CALL-F3, CALL-F18
  teacher = await openCaller(here, here.demo.person("class_teacher"), { colour: "red", tone: 300 });
  [mother, head] = await Promise.all([
    openCaller(here, here.demo.person("guardian"), { colour: "green", tone: 500, width: 360, height: 760, dark: true }),
    openCaller(here, here.demo.person("head_of_studies"), { colour: "blue", tone: 800 }),
  ]);
  address = await startCall(teacher, CHAT);
  // Whoever comes before the one who leads waits, and is let in by itself.
  await join(mother, address);
  await mother.page.getByRole("heading", { name: "Ведущий ещё не подключился" }).waitFor();
  await sound(mother);
  await join(teacher, address);
  await Promise.all([inside(teacher), inside(mother)]);
  await join(head, address);
  await inside(head);
  for (const person of [teacher, mother, head]) {
    await switchOn(person, "Микрофон");
    await switchOn(person, "Камера");
  }
  leader = await nameOf(teacher);
  mum = (await names(head)).find((name) => name !== leader);
  boss = (await names(mother)).find((name) => name !== leader);
  await Promise.all([
    shows(teacher, mum, "green"), shows(teacher, boss, "blue"),
    shows(mother, leader, "red"), shows(mother, boss, "blue"),
    shows(head, leader, "red"), shows(head, mum, "green"),
  ]);
  for (const person of [teacher, mother, head]) {
    const now = await until(() => counts(person.page), (now) => now.audio >= 2 && now.video >= 2, "two voices and two pictures");
    assert.match(now.tls, /FEFD|FEFC/i);
    assert.match(now.srtp, /AEAD/);
    const more = await grown(person.page);
    assert.ok(more.frames > 5 && more.samples > 20_000 && more.energy > 0.001, JSON.stringify(more));
    assert.ok(more.lost <= Math.max(STRICT ? more.packets / 200 : 20, 2), JSON.stringify(more));
  }
  // CALL-P34: one element plays all voices.
  const played = await mother.page.evaluate(() => [...document.querySelectorAll("audio")].map((one) => [one.srcObject.getAudioTracks().length, one.paused]));
  assert.deepEqual(played, [[6, false]]);
  // CALL-F16: whoever speaks has a ring.
  await mother.page.locator(".tile.is-speaking").filter({ hasText: leader }).waitFor();
  // CALL-F10
  await mother.page.locator("#menu > summary").click();
  await mother.page.getByRole("button", { name: "спасибо" }).click();
  await teacher.page.getByRole("status").getByText(`${mum}: спасибо`).waitFor({ state: "attached" });
  await Promise.all([teacher, mother, head].map(sound));
});

test("the leader mutes all, lets one speak and forbids a camera", async () => {
  // CALL-E6, CALL-F5, CALL-F6, CALL-F4
  // Of those who lead nobody is muted but by themselves.
  await control(head.page, "Микрофон").click();
  await control(teacher.page, "Тишина всем").click();
  await until(() => control(mother.page, "Микрофон").getAttribute("aria-pressed"), (on) => on === "false", "the microphone is off");
  await until(() => grown(teacher.page, 700), (more) => more.energy < 0.001, "silence");
  // A hand goes up, and whoever leads gives the floor.
  await control(mother.page, "Рука").click();
  await mother.page.getByText("Ваша рука первая").waitFor();
  await sound(mother);
  const queue = teacher.page.getByRole("list", { name: /Очередь рук · 1/ });
  await queue.getByText(mum).waitFor();
  await queue.getByRole("button", { name: "Дать слово" }).click();
  await mother.page.getByRole("button", { name: "Включить микрофон" }).click();
  await until(() => grown(teacher.page, 700), (more) => more.energy > 0.001, "a voice");
  const unmuted = await grown(teacher.page, 1_000);
  assert.ok(unmuted.lost <= 3, `no loss at the unmute: ${unmuted.lost}`);
  // The camera of one.
  const row = rowOf(teacher, mum);
  await row.locator("summary").click();
  await row.getByRole("button", { name: "Запретить камеру" }).click();
  await hides(teacher, mum);
  await hides(head, mum);
  await mother.page.getByText("Ведущий запретил вам камеру.").waitFor();
  await shows(mother, leader, "red");
  await row.locator("summary").click();
  await row.getByRole("button", { name: "Разрешить камеру" }).click();
  await until(() => control(mother.page, "Камера").getAttribute("aria-disabled"), (off) => off === "false", "the camera is allowed");
  await switchOn(mother, "Камера");
  await shows(teacher, mum, "green");
  await Promise.all([teacher, mother, head].map(sound));
});

test("the chat of the call is the chat it belongs to", async () => {
  // CALL-F11, CALL-I13
  await control(head.page, "Чат").click();
  const field = head.page.getByRole("textbox", { name: "Сообщение" });
  await field.fill("Слышно хорошо");
  await head.page.getByRole("button", { name: "Отправить", exact: true }).click();
  await said(head.page, "Слышно хорошо");
  await control(teacher.page, /Чат.*1 новое/).click();
  await said(teacher.page, "Слышно хорошо");
  await Promise.all([teacher, head].map(sound));
});

test("whoever is removed is out at once, hears why and does not come back", async () => {
  // CALL-E4, CALL-F7, CALL-I2, CALL-S6
  const row = rowOf(teacher, mum);
  await row.locator("summary").click();
  await row.getByRole("button", { name: "Убрать из видеоконференции" }).click();
  await mother.page.evaluate(() => {
    window.last = 0;
    for (const video of document.querySelectorAll(".tile video")) {
      const count = () => {
        window.last = performance.timeOrigin + performance.now();
        video.requestVideoFrameCallback(count);
      };
      video.requestVideoFrameCallback(count);
    }
  });
  const asked = Date.now();
  await teacher.page.getByRole("dialog").getByRole("button", { name: "Убрать", exact: true }).click();
  await mother.page.getByRole("heading", { name: "Ведущий убрал вас из видеоконференции" }).waitFor();
  const last = (await mother.page.evaluate(() => window.last)) - asked;
  assert.ok(last <= (STRICT ? 300 : 1_500), `the last frame came ${last} ms after`);
  await until(() => names(teacher), (all) => !all.includes(mum), "the tile is gone");
  await until(() => names(head), (all) => !all.includes(mum), "the tile is gone for others");
  await sound(mother);
  // The same session, the page anew and a line by hand: the door is shut.
  await mother.page.getByRole("button", { name: "Попробовать снова" }).click();
  await mother.page.getByRole("heading", { name: "Ведущий убрал вас из видеоконференции" }).waitFor();
  const again = await command(mother.page, address, { t: "join", offer: "v=0" });
  assert.equal(again.t, "no");
  // Until the leader lets them back.
  await teacher.page.getByRole("button", { name: "Вернуть" }).click();
  await until(async () => {
    await mother.page.getByRole("button", { name: "Попробовать снова" }).click().catch(() => {});
    return mother.page.locator("#main").getAttribute("data-phase");
  }, (phase) => phase === "in", "back in the call");
  await until(() => names(mother), (all) => all.includes(leader), "the others are there again");
});

test("a screen takes the space, sharp, for everybody", async () => {
  // CALL-F8
  await control(teacher.page, "Экран").click();
  await shows(head, `Экран: ${leader}`, "red", { shade: 0.5 });
  const screen = (await seen(head.page))[`Экран: ${leader}`];
  assert.ok(screen.width >= 1280, JSON.stringify(screen));
  await shows(head, leader, "red");
  await Promise.all([teacher, head, mother].map(sound));
  await teacher.page.getByRole("button", { name: "Остановить" }).click();
  await hides(head, `Экран: ${leader}`);
});

test("sound only stops the pictures, and the end is everybody's", async () => {
  // CALL-E8, CALL-F14
  await head.page.locator("#menu > summary").click();
  await head.page.getByRole("button", { name: "Только звук" }).click();
  await head.page.keyboard.press("Escape");
  await until(() => grown(head.page, 600), (more) => more.videoBytes < 5_000, "no pictures come");
  assert.ok((await grown(head.page, 600)).samples > 5_000);
  await control(teacher.page, "Выйти").click();
  await teacher.page.getByRole("dialog").getByRole("button", { name: "Завершить для всех" }).click();
  for (const person of [teacher, mother, head]) {
    await person.page.getByRole("heading", { name: "Видеоконференция закончилась" }).waitFor();
    await sound(person);
  }
  await head.page.goto(address);
  await head.page.getByRole("heading", { name: "Видеоконференция закончилась" }).waitFor();
  await sound(head);
  for (const person of [teacher, mother, head]) await person.close();
});
