// The chapter of the guide about chats, as a pupil, a parent, a teacher and the person responsible for safety walk it.
import { test } from "node:test";
import { openPerson, picture, stage } from "../harness.mjs";
import { openChat, said, say, sound } from "./steps.mjs";

const here = stage();

/** Opens the menu of the message with this text. */
async function menuOf(page, text) {
  await page.getByRole("log").getByRole("listitem").filter({ hasText: text }).first().getByRole("link", { name: "Подробнее о сообщении" }).click();
  return page.getByRole("dialog", { name: "Действия с сообщением" });
}

test("a parent finds a chat, answers and reports; those who answer for safety look into it", async () => {
  const parent = await openPerson(here.browser, here.demo.url, { width: 720, height: 760 });
  const teacher = await openPerson(here.browser, here.demo.url, { width: 1040, height: 760 });
  const safety = await openPerson(here.browser, here.demo.url, { width: 1040, height: 760 });
  await parent.signIn(here.demo.person("guardian"));
  await teacher.signIn(here.demo.person("class_teacher"));
  await safety.signIn(here.demo.person("safeguarding_lead"));

  await parent.page.goto("/sferum");
  await sound(parent);
  await picture(parent.page, "chats-parent-1");
  await parent.page.goto("/sferum/new");
  await parent.page.getByRole("heading", { level: 1, name: "Новый чат" }).waitFor();
  await sound(parent);
  await picture(parent.page, "chats-parent-2");
  await openChat(parent.page, "Родители 6 «А»");
  await openChat(teacher.page, "Родители 6 «А»");
  await say(teacher.page, "Кто поможет с поездкой в музей?");
  await said(parent.page, "Кто поможет с поездкой в музей?");
  await menuOf(parent.page, "Кто поможет с поездкой в музей?");
  await picture(parent.page, "chats-parent-3");
  await parent.page.getByRole("button", { name: "Ответить" }).click();
  await say(parent.page, "Поеду с вами");
  await (await menuOf(teacher.page, "Поеду с вами")).getByRole("button", { name: "спасибо" }).click();
  await parent.page.getByRole("button", { name: /спасибо · 1/ }).waitFor();
  await picture(parent.page, "chats-parent-4");

  await (await menuOf(teacher.page, "Кто поможет с поездкой в музей?")).getByRole("button", { name: "Исправить" }).click();
  await teacher.page.getByRole("textbox", { name: "Исправить сообщение" }).fill("Кто поможет с поездкой в музей в субботу?");
  await sound(teacher);
  await picture(teacher.page, "chats-teacher-6");
  await teacher.page.getByRole("textbox", { name: "Исправить сообщение" }).press("Escape");
  await teacher.page.getByRole("textbox", { name: "Сообщение" }).fill("Завтра сбор в 8:30 у входа");
  await teacher.page.getByRole("button", { name: "Отправить позже" }).click();
  await teacher.page.getByRole("heading", { level: 1, name: "Отправить позже" }).waitFor();
  await sound(teacher);
  await picture(teacher.page, "chats-teacher-5");
  await openChat(teacher.page, "Родители 6 «А»");
  await teacher.page.getByRole("textbox", { name: "Сообщение" }).fill("");

  await teacher.page.getByRole("link", { name: "Начать опрос" }).click();
  await teacher.page.getByLabel("Вопрос").fill("Куда поедем в субботу?");
  await teacher.page.getByLabel("Варианты ответа").fill("В музей\nВ лес");
  await picture(teacher.page, "chats-teacher-4");
  await teacher.page.getByRole("button", { name: "Начать опрос" }).click();
  await parent.page.getByRole("radio", { name: "В лес" }).check();
  await parent.page.getByRole("button", { name: "Проголосовать" }).click();
  await parent.page.getByRole("button", { name: "Изменить голос" }).waitFor();
  await picture(parent.page, "chats-parent-6");

  await say(parent.page, "Сдаём по 500 рублей на карту: https://sbеr.ru");
  await parent.page.getByText("О деньгах просит не школа.").waitFor();
  await sound(parent);
  await picture(parent.page, "chats-parent-7");

  await teacher.page.goto("/sferum/new");
  await sound(teacher);
  await picture(teacher.page, "chats-teacher-1");
  await teacher.page.goto("/sferum/new?q=сомова+вероника");
  await teacher.page.getByRole("button", { name: /Сомова Вероника/ }).click();
  await say(teacher.page, "Вероника, принеси, пожалуйста, реферат");
  await picture(teacher.page, "chats-teacher-2");
  await teacher.page.getByRole("link", { name: /О чате/ }).click();
  await sound(teacher);
  await picture(teacher.page, "chats-teacher-3");

  await openChat(parent.page, "Родители 6 «А»");
  await (await menuOf(parent.page, "Кто поможет с поездкой в музей?")).getByRole("link", { name: "Пожаловаться" }).click();
  await parent.page.getByRole("radio", { name: "Другое" }).check();
  await picture(parent.page, "chats-parent-5");
  await parent.page.getByRole("button", { name: /Пожаловаться|Отправить/ }).click();
  await safety.page.goto("/safety");
  await safety.page.getByRole("link", { name: "Другое" }).first().waitFor();
  await sound(safety);
  await picture(safety.page, "chats-safety-1");
  await safety.page.getByRole("link", { name: "Другое" }).first().click();
  await safety.page.getByRole("heading", { level: 1 }).waitFor();
  await sound(safety);
  await picture(safety.page, "chats-safety-2");
  await safety.page.goto("/safety/audit");
  await safety.page.getByRole("heading", { level: 1, name: "Журнал действий" }).waitFor();
  await sound(safety);
  await picture(safety.page, "chats-safety-3");
  for (const person of [parent, teacher, safety]) await person.close();
});
