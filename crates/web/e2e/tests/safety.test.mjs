// On a phone: a message is reported, the desk looks into it and holds the chat, and its author can change nothing.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, startBrowser, startDemo } from "../harness.mjs";
import { openChat, press, say, sound } from "./steps.mjs";

let demo, browser;
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

async function open(role) {
  const opened = await openPerson(browser, demo.url, { width: 360, height: 740 });
  await opened.signIn(demo.person(role));
  return opened;
}

const CHAT = "Родители 6 «А»";

test("a message is reported, held, and can be changed no more", async () => {
  const teacher = await open("class_teacher");
  await openChat(teacher.page, CHAT);
  await say(teacher.page, "Первое объявление");
  await say(teacher.page, "Второе объявление, сказано резко");

  const guardian = await open("guardian");
  await openChat(guardian.page, CHAT);
  const bubble = guardian.page.getByRole("listitem").filter({ hasText: "сказано резко" });
  await bubble.getByRole("link", { name: "Подробнее о сообщении" }).click();
  await press(guardian.page, "Пожаловаться");
  await sound(guardian);
  await guardian.page.getByRole("radio", { name: "Оскорбления" }).check();
  await guardian.page.getByLabel(/^Что ещё важно знать/).fill("Так с родителями не говорят");
  await press(guardian.page, "Отправить жалобу");
  await guardian.page.getByRole("heading", { name: "Мои обращения" }).waitFor();
  await guardian.page.getByText("Принято, скоро посмотрят").waitFor();
  await sound(guardian);

  const lead = await open("safeguarding_lead");
  await lead.page.goto("/");
  await lead.page.getByRole("heading", { name: "Безопасность", level: 1 }).waitFor();
  await sound(lead);
  await press(lead.page, "Оскорбления");
  await lead.page.getByText("Второе объявление, сказано резко").waitFor();
  await lead.page.getByText("Так с родителями не говорят").waitFor();
  await press(lead.page, "Взять в работу");
  await lead.page.getByRole("radio", { name: "весь чат" }).check();
  await lead.page.getByLabel("Причина").fill("До беседы с директором");
  await press(lead.page, "Поставить запрет");
  await lead.page.getByText("До беседы с директором").waitFor();
  await sound(lead);

  // The teacher still has the chat open: the first message is held with it.
  const own = teacher.page.getByRole("listitem").filter({ hasText: "Первое объявление" });
  await own.getByRole("link", { name: "Подробнее о сообщении" }).click();
  await press(teacher.page, "Подробнее");
  await teacher.page.getByText("изменить или удалить его сейчас нельзя").waitFor();
  assert.equal(await teacher.page.getByRole("button", { name: "Сохранить" }).count(), 0);
  await sound(teacher);
  for (const person of [teacher, guardian, lead]) await person.close();
});
