// The ways into a call: the button of a chat, the bar that open chats show, the page «Видеоконференции», the diary; and
// the chapter of the guide about calls, as a teacher and a pupil walk it.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, picture } from "../harness.mjs";
import { callStage, command, inside, openCaller, openPupil, until } from "./call-steps.mjs";
import { openChat, sound } from "./steps.mjs";

const here = callStage();
const CHAT = "6 «А»";

/** The link of the bar that a chat shows while a call goes on. */
const bar = (page) => page.getByRole("link", { name: "Присоединиться к звонку" });
const start = (page) => page.getByRole("button", { name: "Начать видеоконференцию" });

test("a teacher starts a call in the class chat, and a pupil's open chat leads into it", async () => {
  // CALL-I11, CALL-F11, CALL-F2
  const teacher = await openCaller(here, here.demo.person("class_teacher"), { colour: "red", width: 1040, height: 760 });
  const pupil = await openPupil(here, 1, { colour: "green", width: 720, height: 760 });
  await openChat(teacher.page, CHAT);
  await openChat(pupil.page, CHAT);
  await sound(teacher);
  await picture(teacher.page, "calls-teacher-1");
  assert.equal(await start(pupil.page).count(), 0, "pupils start no calls");
  assert.equal(await bar(pupil.page).count(), 0);
  // Only a page that was not loaded anew still knows this.
  await pupil.page.evaluate(() => { window.stays = true; });

  await start(teacher.page).click();
  await teacher.page.waitForURL(/\/calls\/\d+$/);
  const address = new URL(teacher.page.url()).pathname;
  await bar(pupil.page).waitFor();
  assert.equal(await pupil.page.evaluate(() => window.stays), true);
  await pupil.page.getByText("Видеоконференция ждёт ведущего").waitFor();
  await sound(pupil);
  await picture(teacher.page, "calls-teacher-2");
  await teacher.page.getByRole("button", { name: "Присоединиться" }).click();
  await inside(teacher);
  await pupil.page.getByText("Идёт видеоконференция").waitFor();
  await picture(pupil.page, "calls-pupil-1");

  // The list of calls, and the lessons to come, without scripts as with them.
  for (const look of [{ scripts: false, width: 720, height: 900 }, { width: 360, height: 760, dark: true }, { width: 1280 }]) {
    const reader = await openPerson(here.browser, here.demo.url, look);
    await reader.signIn(here.demo.person("pupil", 1));
    await reader.page.goto("/sferum");
    await reader.page.getByRole("link", { name: /^Видеоконференции/ }).click();
    await reader.page.getByRole("heading", { level: 1, name: "Видеоконференции" }).waitFor();
    const join = reader.page.getByRole("link", { name: `Присоединиться: ${CHAT}` });
    assert.equal(await join.getAttribute("href"), address);
    await reader.page.getByText("подключился 1 человек").waitFor();
    await reader.page.getByRole("heading", { name: "Дальше по расписанию" }).waitFor();
    assert.ok((await reader.page.getByText(/откроется в\s\d+:\d\d/).count()) > 0, "lessons to come");
    await reader.page.getByRole("link", { name: "Проверить камеру и микрофон" }).waitFor();
    if (look.scripts !== false) {
      await reader.axe();
      await reader.fits();
      reader.clean();
    } else await picture(reader.page, "calls-pupil-2");
    await reader.close();
  }

  await bar(pupil.page).click();
  await pupil.page.waitForURL(new RegExp(`${address}$`));
  await picture(pupil.page, "calls-pupil-3");
  await pupil.page.getByRole("button", { name: "Присоединиться" }).click();
  await inside(pupil);
  await until(() => teacher.page.locator(".tile:not([hidden])").count(), (count) => count >= 2, "two tiles");
  await picture(teacher.page, "calls-teacher-3");
  // Inside, the chat of the call does not lead into it once more.
  await pupil.page.getByRole("toolbar", { name: "Управление" }).getByRole("button", { name: /Чат/ }).click();
  await pupil.page.getByRole("textbox", { name: "Сообщение" }).waitFor();
  assert.equal(await bar(pupil.page).count(), 0);

  // Whoever reads the chat elsewhere learns of the end.
  const other = await openPerson(here.browser, here.demo.url, {});
  await other.signIn(here.demo.person("class_teacher"));
  await openChat(other.page, CHAT);
  await bar(other.page).waitFor();
  const late = await openPerson(here.browser, here.demo.url, { width: 360, height: 760 });
  await late.signIn(here.demo.person("teacher"));
  await late.page.goto("/sferum/calls");
  const offered = late.page.getByRole("link", { name: `Присоединиться: ${CHAT}` });
  await offered.waitFor();
  assert.equal((await command(teacher.page, address, { t: "end" })).t, "done");
  await bar(other.page).waitFor({ state: "detached" });
  await start(other.page).waitFor();
  await sound(other);
  // Whoever was not in finds it among the missed ones, on the open page too, and the chat a click away.
  await offered.waitFor({ state: "detached" });
  await late.page.getByText("начал(а) Ольга Павловна").waitFor();
  await late.page.getByRole("link", { name: `Чат: ${CHAT}, сегодня` }).waitFor();
  await sound(late);
  await late.close();
  for (const person of [teacher, pupil, other]) await person.close();
});

test("the devices are tried from the page of calls", async () => {
  // CALL-F34
  const pupil = await openCaller(here, here.demo.person("pupil", 1), { colour: "green", width: 1040, height: 920 });
  await pupil.page.goto("/sferum/calls");
  await pupil.page.getByRole("link", { name: "Проверить камеру и микрофон" }).click();
  await pupil.page.getByRole("heading", { level: 1, name: "Проверка устройств" }).waitFor();
  for (const name of [/^Микрофон/, /^Камера/]) {
    const button = pupil.page.getByRole("button", { name });
    await button.click();
    await until(() => button.getAttribute("aria-pressed"), (on) => on === "true", `${name} is on`);
  }
  await pupil.page.getByText("Соединение: прямое (UDP)").waitFor();
  await pupil.page.getByText(/^Проверено.*вас слышно/).waitFor();
  await picture(pupil.page, "calls-pupil-4");
  await sound(pupil);
  await pupil.close();
});

test("a lesson of the diary leads to its call while that is open", async () => {
  // CALL-F30, CALL-I12
  const opened = async (role) => {
    const person = await openPerson(here.browser, here.demo.url, { width: 720, height: 900 });
    await person.signIn(here.demo.person(role, role === "pupil" ? 1 : null));
    return person;
  };
  const child = await opened("pupil");
  // The clock of the server looks every five seconds.
  const link = child.page.getByRole("link", { name: /^На видеоурок/ });
  await child.page.goto("/diary/day/2026-10-14");
  await link.first().waitFor();
  await sound(child);
  await picture(child.page, "calls-pupil-5");
  await link.first().click();
  await child.page.waitForURL(/\/calls\/\d+$/);
  const parent = await opened("guardian");
  await parent.page.goto("/diary/day/2026-10-14");
  await parent.page.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(await parent.page.getByRole("link", { name: /^На видеоурок/ }).count(), 0);
  for (const person of [child, parent]) await person.close();
});
