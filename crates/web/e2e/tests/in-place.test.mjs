// What an open page learns by itself, and what is done in its place: correcting, pins, a title, silence.
import { test } from "node:test";
import assert from "node:assert/strict";
import { stage } from "../harness.mjs";
import { openChat, openSferum, said, say, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";
const CLASS = "6 «А»";

const here = stage();

const menu = async (page, text) => {
  await page.locator(".msg", { hasText: text }).last().getByRole("link", { name: "Подробнее о сообщении" }).click();
  return page.getByRole("dialog", { name: "Действия с сообщением" });
};

test("an own message is corrected in its bubble", async () => {
  const teacher = await here.open("class_teacher");
  const parent = await here.open("guardian", { width: 360, height: 760, dark: true });
  await openChat(teacher.page, CHAT);
  await openChat(parent.page, CHAT);
  const { page } = teacher;
  await say(page, "Завтра в 8:30 у вхда");
  await said(parent.page, "Завтра в 8:30 у вхда");
  await (await menu(page, "у вхда")).getByRole("button", { name: "Исправить" }).click();
  const field = page.getByRole("textbox", { name: "Исправить сообщение" });
  await field.waitFor();
  assert.equal(await field.inputValue(), "Завтра в 8:30 у вхда");
  await sound(teacher);
  // Esc leaves it as it was.
  await field.fill("не то");
  await field.press("Escape");
  await field.waitFor({ state: "detached" });
  await said(page, "Завтра в 8:30 у вхда");
  await (await menu(page, "у вхда")).getByRole("button", { name: "Исправить" }).click();
  // A refusal is said there, and what is typed stays.
  await field.fill(" ");
  await field.press("Enter");
  await page.locator(".edit-in").getByRole("alert").waitFor();
  assert.equal(await field.inputValue(), " ");
  await field.fill("Завтра в 8:30 у входа");
  await field.press("Enter");
  await field.waitFor({ state: "detached" });
  for (const one of [teacher, parent]) await said(one.page, "Завтра в 8:30 у входа");
  await parent.page.getByText("изменено").last().waitFor();
  // Another's message has no such thing.
  assert.equal(await (await menu(parent.page, "у входа")).getByRole("button", { name: "Исправить" }).isVisible(), false);
  await parent.page.keyboard.press("Escape");

  // On another device it was changed meanwhile: the sentence says so, the text stays, and it can be saved over.
  await (await menu(page, "у входа")).getByRole("button", { name: "Исправить" }).click();
  await field.fill("Завтра в 9:00 у входа");
  const seq = await page.locator(".msg", { hasText: "у входа" }).last().getAttribute("data-seq");
  const other = await teacher.context.newPage();
  await other.goto(`${page.url().split("#")[0]}/${seq}`);
  await other.getByLabel("Текст").fill("Завтра в 8:45 у входа");
  await other.getByRole("button", { name: "Сохранить" }).click();
  // A page that is closed while it goes elsewhere may never say that it is closed.
  await said(other, "Завтра в 8:45 у входа");
  await other.waitForLoadState();
  await other.close();
  await said(parent.page, "Завтра в 8:45 у входа");
  await field.press("Enter");
  const alert = page.locator(".edit-in").getByRole("alert");
  await alert.waitFor();
  assert.equal(await field.inputValue(), "Завтра в 9:00 у входа");
  await page.waitForTimeout(500);
  await field.press("Enter");
  await field.waitFor({ state: "detached" });
  await said(parent.page, "Завтра в 9:00 у входа");
  await sound(parent);

  // A pin is put up and taken down by the same button.
  await (await menu(page, "9:00 у входа")).getByRole("button", { name: "Закрепить" }).click();
  await parent.page.locator("#chat-pins").getByText("9:00 у входа").waitFor();
  await page.locator("#chat-pins").getByText("9:00 у входа").waitFor();
  await (await menu(page, "9:00 у входа")).getByRole("button", { name: "Открепить" }).click();
  await parent.page.locator("#chat-pins").getByText("9:00 у входа").waitFor({ state: "detached" });
  await teacher.close();
  await parent.close();
});

test("a pupil's page learns of silence and of its end, and keeps what is typed", async () => {
  const teacher = await here.open("class_teacher");
  const pupil = await here.open("pupil", { variant: 1, width: 360, height: 760 });
  await openSferum(pupil.page, here.demo, here.demo.person("pupil", 1));
  await openChat(pupil.page, CLASS);
  const field = pupil.page.getByRole("textbox", { name: "Сообщение" });
  await field.fill("Уже дописываю");
  await openChat(teacher.page, CLASS);
  await teacher.page.getByRole("link", { name: /^Тишина/ }).click();
  await teacher.page.getByRole("button", { name: "Не давать писать" }).click();
  await teacher.page.waitForLoadState();
  await field.waitFor({ state: "hidden" });
  await pupil.page.locator("#silence", { hasText: "Снова можно будет" }).waitFor();
  await sound(pupil);
  await teacher.page.getByRole("link", { name: /^Тишина/ }).or(teacher.page.getByRole("heading", { level: 1, name: "Тишина" })).first().waitFor();
  if (await teacher.page.getByRole("link", { name: /^Тишина/ }).isVisible()) await teacher.page.getByRole("link", { name: /^Тишина/ }).click();
  await teacher.page.getByRole("button", { name: "Разрешить писать всем" }).click();
  await field.waitFor({ state: "visible" });
  assert.equal(await field.inputValue(), "Уже дописываю");
  await sound(pupil);
  await teacher.close();
  await pupil.close();
});

test("a group's new title reaches open pages, and it is handed over", async () => {
  const teacher = await here.open("class_teacher", { dark: true });
  const colleague = await here.open("teacher", { width: 360, height: 760 });
  const { page } = teacher;
  await page.goto("/sferum/new/group");
  await page.getByLabel("Название").fill("Неделя науки");
  await page.getByLabel("Лапина Анна").check();
  await page.getByRole("button", { name: "Собрать группу" }).click();
  await page.getByRole("heading", { level: 1, name: "Неделя науки" }).waitFor();
  await colleague.page.goto("/sferum");
  await colleague.page.getByRole("main").getByRole("link", { name: /^Неделя науки/ }).click();
  await colleague.page.getByRole("heading", { level: 1, name: "Неделя науки" }).waitFor();
  await page.getByRole("link", { name: /^О чате/ }).click();
  await sound(teacher);
  await page.getByLabel("Как называется группа").fill("Декада науки");
  await page.getByRole("button", { name: "Переименовать" }).click();
  await colleague.page.getByRole("heading", { level: 1, name: "Декада науки" }).waitFor();
  await colleague.page.waitForFunction(() => document.title.startsWith("Декада науки"));
  await page.getByRole("button", { name: /^Передать группу/ }).click();
  await page.getByText("Группа изменена.").waitFor();
  await page.getByRole("button", { name: "Выйти из группы" }).waitFor();
  assert.equal(await page.getByRole("button", { name: /^Передать группу/ }).count(), 0);
  await colleague.page.getByRole("link", { name: /^О чате/ }).click();
  await colleague.page.getByRole("button", { name: "Переименовать" }).waitFor();
  await sound(colleague);
  await teacher.close();
  await colleague.close();
});
