// Who was at a lesson's call and for how long, as the journal is told, with a server that crashes in the middle.
import { test } from "node:test";
import assert from "node:assert/strict";
import { callStage, control, inside, join, lessonCall, openCaller, openPupil, until } from "../call-steps.mjs";

// A minute after the bell of the third lesson.
const here = callStage({ today: "2026-10-14T10:26" });

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1_000));

test("the journal counts what was, and neither the gap of a crash nor who left", { timeout: 600_000 }, async () => {
  // CALL-E11, CALL-I8, CALL-I10, CALL-F31
  const teacher = await openCaller(here, here.demo.person("class_teacher"), { colour: "red" });
  const address = await lessonCall(teacher, "Математика, 6 «А»");
  const stays = await openPupil(here, 1, { colour: "green" });
  const goes = await openPupil(here, 3, { colour: "blue" });
  const never = here.demo.person("pupil", 2);
  await join(teacher, address);
  await inside(teacher);
  for (const pupil of [stays, goes]) {
    await join(pupil, address);
    await inside(pupil);
  }
  const came = Date.now();
  await control(goes.page, "Выйти").click();
  await pause(50);
  // For eighteen minutes of the school's clock there is no server.
  const first = (Date.now() - came) / 1_000;
  await here.demo.crash();
  here.demo = await here.demo.again("2026-10-14T10:46");
  const back = Date.now();
  await Promise.all([inside(teacher, 60_000), inside(stays, 60_000)]);
  await pause(30);
  await control(teacher.page, "Выйти").click();
  const second = (Date.now() - back) / 1_000;
  // What browsers complain of while there is no server.
  for (const person of [teacher, stays, goes]) person.takeFaults();
  await teacher.page.getByRole("dialog").getByRole("button", { name: "Завершить для всех" }).click();
  await teacher.page.getByRole("heading", { name: "Видеоконференция закончилась" }).waitFor();
  // After the bell its teacher is told, and signs in again, for an hour of the school's clock has passed.
  await here.demo.end();
  here.demo = await here.demo.again("2026-10-14T11:20");
  await teacher.signIn(here.demo.person("class_teacher"));
  teacher.takeFaults();
  await teacher.page.goto("/today");
  await teacher.page.getByRole("main").getByRole("link", { name: "Математика" }).last().click();
  const row = (who) => teacher.page.getByRole("region", { name: "Кто был на видеоуроке" }).getByRole("row").filter({ hasText: who.name.split(" ")[0] });
  await row(here.demo.person("pupil", 1)).waitFor();
  const [minutes, verdict] = await row(here.demo.person("pupil", 1)).getByRole("cell").allInnerTexts();
  console.log(`scripted ${Math.round(first)} s and ${Math.round(second)} s, the journal says ${minutes}, ${verdict}`);
  // Whole minutes; of the time before the crash all that the server gave a sign of life for.
  const most = Math.floor((first + second) / 60);
  assert.ok(Number.parseInt(minutes, 10) <= most && Number.parseInt(minutes, 10) >= most - 1, `${minutes}, at most ${most}`);
  assert.match(verdict, /не был/i);
  const [short] = await row(here.demo.person("pupil", 3)).getByRole("cell").allInnerTexts();
  assert.equal(Number.parseInt(short, 10) || 0, 0, short);
  // It is taken into the journal with one press, said to be automatic, and taken back.
  await teacher.page.getByRole("button", { name: "Перенести в журнал" }).click();
  await row(here.demo.person("pupil", 1)).getByText("отмечено по видеоуроку").waitFor();
  await row(never).getByText("отмечено по видеоуроку").waitFor();
  await teacher.page.getByRole("button", { name: "Вернуть как было" }).click();
  await teacher.page.getByRole("button", { name: "Перенести в журнал" }).waitFor();
  teacher.clean();
  for (const person of [teacher, stays, goes]) await person.close();
});
