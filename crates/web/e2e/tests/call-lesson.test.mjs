// A lesson's call: pupils and their teacher, on phones too, and everybody who is to stay outside.
import { test } from "node:test";
import assert from "node:assert/strict";
import {
  callStage, colourOf, command, control, counts, grown, hides, inside, join, lessonCall, openCaller, openPupil, seen, shows, switchOn, until,
} from "./call-steps.mjs";
import { openPerson } from "../harness.mjs";
import { onlyTheLine, openChat, sound } from "./steps.mjs";

// The break before the third lesson, until the first test comes to five minutes before the bell.
const here = callStage({ today: "2026-10-14T10:15" });
const CHAT = "6 «А»";
let teacher, one, two, reader, address, leader;

/** The link of the bar that the class's chat shows while the lesson's call goes on. */
const bar = (page) => page.getByRole("link", { name: "Присоединиться к видеоуроку: Математика" });

/** Nothing of a chat's page was loaded anew since it was opened. */
const stays = (page) => page.evaluate(() => window.stays);

/** The line of the connection on which a tile's picture comes. */
const lineOf = (page, name) =>
  page.evaluate((name) => {
    const tile = [...document.querySelectorAll(".tile:not([hidden])")].find((one) => one.querySelector("[data-name]")?.textContent === name);
    const track = tile?.querySelector("video")?.srcObject?.getVideoTracks()[0];
    const connection = window.connections.findLast((each) => each.connectionState === "connected");
    return connection.getTransceivers().find((line) => line.receiver.track === track)?.mid ?? null;
  }, name);

/** On how many lines pictures were ever decoded. */
const decoding = (page) =>
  page.evaluate(async () => {
    const report = await window.connections.findLast((each) => each.connectionState === "connected").getStats();
    return [...report.values()].filter((one) => one.type === "inbound-rtp" && one.kind === "video" && one.framesDecoded > 0).length;
  });

/** Nothing of the call reaches whoever has no right to it. */
async function outside(person, where, what) {
  const answer = await person.page.goto(where);
  assert.ok([403, 404].includes(answer.status()) || new URL(person.page.url()).pathname !== where, `${what}: ${answer.status()} ${person.page.url()}`);
  // A saved description or one made by hand: the answer is the same.
  await person.page.goto("/diary");
  const joined = await command(person.page, where, { t: "join", offer: "v=0" });
  assert.equal(joined.t, "no", what);
  assert.deepEqual(await person.page.evaluate(() => window.connections), [], what);
  person.takeFaults();
}

test("the class's chat has a bar while the lesson's call is open, for those whom it lets in", async () => {
  // CALL-I12, CALL-F30
  teacher = await openCaller(here, here.demo.person("class_teacher"), { colour: "red", tone: 300 });
  one = await openPupil(here, 1, { colour: "green", tone: 500, width: 360, height: 760, phone: true });
  reader = await openPerson(here.browser, here.demo.url, { width: 360, height: 760 });
  await reader.signIn(here.demo.person("pupil", 1));
  await openChat(reader.page, CHAT);
  assert.equal(await bar(reader.page).count(), 0);
  await sound(reader);
  await reader.page.evaluate(() => { window.stays = true; });
  // The lesson is near: the page that is open all the while learns of it when it has its line again.
  await here.demo.end();
  here.demo = await here.demo.again("2026-10-14T10:21");
  await bar(reader.page).waitFor();
  await reader.page.getByText("Видеоурок ждёт учителя: Математика").waitFor();
  assert.equal(await stays(reader.page), true);
  for (const person of [teacher, one, reader]) onlyTheLine(person);
  await openChat(teacher.page, CHAT);
  await teacher.page.getByText("Видеоурок ждёт вас: Математика").waitFor();
  // A teacher of the class reads this chat as well, and has no right to the lesson.
  const other = await here.open("teacher");
  await openChat(other.page, CHAT);
  assert.equal(await bar(other.page).count(), 0);
  await sound(other);
  await other.close();
  for (const width of [360, 1280]) {
    for (const colorScheme of ["light", "dark"]) {
      await reader.page.setViewportSize({ width, height: 760 });
      await reader.page.emulateMedia({ colorScheme });
      await sound(reader);
      if (process.env.ZVONOK_PICTURES) await reader.page.screenshot({ path: `${process.env.ZVONOK_PICTURES}/lesson-bar-${width}-${colorScheme}.png` });
    }
  }
});

test("pupils wait for their teacher, see and hear them, and not each other", async () => {
  // CALL-F3, CALL-F33, CALL-I12, CALL-F18
  address = await lessonCall(teacher, "Математика, 6 «А»");
  assert.equal(await bar(reader.page).getAttribute("href"), address);
  two = await openPupil(here, 3, { colour: "blue", tone: 800 });
  await join(one, address);
  await one.page.getByRole("heading", { name: "Учитель ещё не подключился" }).waitFor();
  await sound(one);
  await join(teacher, address);
  await inside(teacher);
  await reader.page.getByText("Идёт видеоурок: Математика").waitFor();
  await inside(one);
  await join(two, address);
  await inside(two);
  leader = (await teacher.page.getByText(/\(вы\)$/).innerText()).replace(/ \(вы\)$/, "");
  await switchOn(teacher, "Микрофон");
  for (const person of [teacher, one, two]) await switchOn(person, "Камера");
  const names = async (person) => Object.keys(await seen(person.page)).filter((name) => name !== "Вы");
  const [first] = (await names(two)).filter((name) => name !== leader);
  const [second] = (await names(one)).filter((name) => name !== leader);
  await Promise.all([
    shows(one, leader, "red"), shows(two, leader, "red"), shows(teacher, first, "green"), shows(teacher, second, "blue"),
  ]);
  for (const pupil of [one, two]) await until(() => grown(pupil.page, 700), (more) => more.energy > 0.001 && more.frames > 3, "the teacher");
  // Nothing of each other's pictures comes, whatever the tiles wish for.
  await hides(one, second);
  await hides(two, first);
  for (const pupil of [one, two]) assert.equal(await decoding(pupil.page), 1, "one picture, the teacher's");
});

test("guardians, pupils without «Сферум» and other classes stay outside of a lesson", async () => {
  // CALL-E3, CALL-I1, CALL-I12
  const mother = await openCaller(here, here.demo.person("guardian"), { colour: "cyan" });
  await outside(mother, address, "a guardian of the class");
  const unlinked = await openCaller(here, here.demo.person("pupil", 2), { colour: "cyan" });
  await outside(unlinked, address, "a pupil of the class who is not confirmed");
  const other = await openCaller(here, here.demo.person("teacher"), { colour: "cyan" });
  await outside(other, address, "a teacher of another class");
  const theirs = await lessonCall(other, "Литература, 10 «А»");
  const page = await openCaller(here, here.demo.person("pupil", 1), { colour: "cyan" });
  await outside(page, theirs, "a pupil of another class");
  // A pupil starts no call (CALL-I11), not even in a chat of their own.
  const status = await page.page.evaluate(async () => {
    const token = document.querySelector('meta[name="csrf"]').content;
    const chats = await (await fetch("/sferum")).text();
    const chat = chats.match(/href="\/sferum\/(\d+)"/)[1];
    return (await fetch(`/sferum/${chat}/call`, { method: "POST", body: new URLSearchParams({ _token: token }) })).status;
  });
  assert.ok([403, 404].includes(status), `a pupil starts a call: ${status}`);
  for (const person of [mother, unlinked, other, page]) await person.close();
  await until(() => grown(one.page, 700), (more) => more.energy > 0.001, "the lesson goes on");
});

test("a line that carried somebody shows the next one who gets it", async () => {
  // CALL-E2, CALL-S2
  const other = Object.keys(await seen(teacher.page));
  const before = {};
  for (const name of other) before[name] = [await lineOf(teacher.page, name), colourOf((await seen(teacher.page))[name])];
  const [first] = Object.keys(before).filter((name) => before[name][1] === "green");
  const [second] = Object.keys(before).filter((name) => before[name][1] === "blue");
  assert.ok(first && second, JSON.stringify(before));
  await control(one.page, "Выйти").click();
  await control(two.page, "Выйти").click();
  await until(() => seen(teacher.page), (tiles) => Object.keys(tiles).length === 1, "both are gone");
  // In the other order: each gets the line of the other.
  await two.page.getByRole("button", { name: "Попробовать снова" }).click();
  await inside(two);
  await switchOn(two, "Камера");
  await shows(teacher, second, "blue");
  await one.page.getByRole("button", { name: "Попробовать снова" }).click();
  await inside(one);
  await switchOn(one, "Камера");
  await shows(teacher, first, "green");
  assert.equal(await lineOf(teacher.page, second), before[first][0], "the line of the first carries the second");
  assert.equal(await lineOf(teacher.page, first), before[second][0], "and the other way round");
  await shows(teacher, second, "blue");
});

for (const [width, height] of [[360, 760], [760, 360]]) {
  test(`a phone of ${width} × ${height} has everything at the thumb`, async () => {
    // CALL-E12, CALL-F18
    await control(one.page, "Выйти").click();
    await one.page.getByRole("button", { name: "Попробовать снова" }).waitFor();
    await one.page.setViewportSize({ width, height });
    await one.page.reload();
    await one.page.getByRole("button", { name: "Присоединиться" }).tap();
    await inside(one);
    await shows(one, leader, "red");
    const bar = one.page.getByRole("toolbar", { name: "Управление" });
    const microphone = control(one.page, "Микрофон");
    const before = await microphone.getAttribute("aria-pressed");
    if ((await microphone.getAttribute("aria-disabled")) !== "true") {
      await microphone.tap();
      await until(() => microphone.getAttribute("aria-pressed"), (now) => now !== before, "the microphone by a touch");
      await microphone.tap();
    }
    await control(one.page, "Рука").tap();
    await one.page.getByText("Ваша рука первая").waitFor();
    const buttons = await bar.getByRole("button").all();
    let shown = 0;
    for (const button of buttons) {
      const box = await button.boundingBox();
      if (!box || box.width === 0) continue;
      shown += 1;
      assert.ok(box.width >= 44 && box.height >= 44, `${await button.innerText()}: ${JSON.stringify(box)}`);
      assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, JSON.stringify(box));
      if (height > width) assert.ok(box.y > height * 0.75, `below: ${JSON.stringify(box)}`);
      else assert.ok(box.x > width * 0.75, `at the side: ${JSON.stringify(box)}`);
    }
    assert.equal(shown, 5, "five buttons");
    const place = await bar.boundingBox();
    for (const tile of await one.page.locator(".tile:not([hidden])").all()) {
      const box = await tile.boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= width + 0.5 && box.y >= 0, JSON.stringify(box));
      const apart = box.x + box.width <= place.x + 0.5 || box.y + box.height <= place.y + 0.5 || place.x + place.width <= box.x;
      assert.ok(apart, `a tile lies under the buttons: ${JSON.stringify([box, place])}`);
    }
    assert.equal((await counts(one.page)).lines, 13, "four pictures on a phone (CALL-S1)");
    await control(one.page, "Рука").tap();
    if (process.env.ZVONOK_PICTURES) await one.page.screenshot({ path: `${process.env.ZVONOK_PICTURES}/phone-${width}.png` });
    await sound(one);
  });
}

test("with the end of the lesson's call the bar of the chat goes", async () => {
  assert.equal((await command(teacher.page, address, { t: "end" })).t, "done");
  await bar(reader.page).waitFor({ state: "detached" });
  assert.equal(await stays(reader.page), true);
  await sound(reader);
});
