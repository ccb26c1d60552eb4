// A chat beyond plain text, in two browsers at once: answers, reactions, pins, calls by name.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { openChat, say, said, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";

const here = stage();

/** Opens the menu of the message with this text. */
async function menuOf(page, text) {
  await page.getByRole("listitem").filter({ hasText: text }).last().getByRole("link", { name: "Подробнее о сообщении" }).click();
  return page.getByRole("dialog", { name: "Действия с сообщением" });
}

test("an answer, a reaction and a pin are seen by the other at once", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  const parent = await openPerson(here.browser, here.demo.url, { width: 360, height: 760, dark: true });
  await teacher.signIn(here.demo.person("class_teacher"));
  await parent.signIn(here.demo.person("guardian"));
  await openChat(teacher.page, CHAT);
  await openChat(parent.page, CHAT);

  await say(teacher.page, "Кто принесёт контурную карту?");
  await said(parent.page, "Кто принесёт контурную карту?");
  await (await menuOf(parent.page, "Кто принесёт контурную карту?")).getByRole("button", { name: "Ответить" }).click();
  await say(parent.page, "Я принесу");
  const answer = teacher.page.getByRole("listitem").filter({ hasText: "Я принесу" }).last();
  await answer.getByRole("link", { name: /Кто принесёт контурную карту/ }).waitFor();

  await (await menuOf(teacher.page, "Я принесу")).getByRole("button", { name: "спасибо" }).click();
  const given = parent.page.getByRole("button", { name: "спасибо · 1" });
  await given.click();
  await teacher.page.getByRole("button", { name: "спасибо · 2", pressed: true }).click();
  await parent.page.getByRole("button", { name: "спасибо · 1", pressed: true }).waitFor();

  await (await menuOf(teacher.page, "Я принесу")).getByRole("button", { name: "Закрепить" }).click();
  await parent.page.getByText("Закреплено:").waitFor();
  await sound(teacher);
  await sound(parent);
  await teacher.close();
  await parent.close();
});

test("a teacher writes to a family, and the pupil's chat is never the two alone", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  const parent = await openPerson(here.browser, here.demo.url, { width: 360, height: 760, dark: true });
  await teacher.signIn(here.demo.person("class_teacher"));
  await parent.signIn(here.demo.person("guardian"));

  await teacher.page.goto("/sferum");
  await teacher.page.getByRole("link", { name: "Новый чат" }).click();
  await teacher.page.getByLabel("Кого найти").fill("сомова");
  await teacher.page.getByRole("button", { name: "Найти" }).click();
  await sound(teacher);
  await teacher.page.getByRole("button", { name: /Сомова Елена Викторовна, С родителями/ }).click();
  await teacher.page.getByRole("heading", { level: 1 }).waitFor();
  await say(teacher.page, "Добрый день, есть минута?");

  await parent.page.goto("/sferum");
  await parent.page.getByRole("link", { name: /Ольга Громова.*есть минута/ }).click();
  await said(parent.page, "Добрый день, есть минута?");
  await say(parent.page, "Да, слушаю");
  await said(teacher.page, "Да, слушаю");
  await sound(parent);

  await teacher.page.goto("/sferum/new?q=сомова+вероника");
  await teacher.page.getByRole("button", { name: /Сомова Вероника/ }).click();
  await teacher.page.getByText(/Видят:.*Елена Сомова/).waitFor();
  await teacher.page.getByRole("link", { name: /О чате/ }).click();
  await teacher.page.getByText("вдвоём они не остаются").waitFor();
  await teacher.page.getByRole("listitem").filter({ hasText: "Сомова Елена" }).waitFor();
  await sound(teacher);
  await teacher.close();
  await parent.close();
});

test("a group is gathered, and whoever is put out sees it at once", async () => {
  const leader = await openPerson(here.browser, here.demo.url);
  const colleague = await openPerson(here.browser, here.demo.url);
  await leader.signIn(here.demo.person("class_teacher"));
  await colleague.signIn(here.demo.person("teacher"));
  await leader.page.goto("/sferum/new/group");
  await leader.page.getByLabel("Название").fill("Проект «Река»");
  await leader.page.getByLabel("Лапина Анна").check();
  await leader.page.getByRole("button", { name: "Собрать группу" }).click();
  await leader.page.getByRole("heading", { level: 1, name: "Проект «Река»" }).waitFor();
  await say(leader.page, "Начнём в среду");

  await colleague.page.goto("/sferum");
  await colleague.page.getByRole("main").getByRole("link", { name: /^Проект «Река»/ }).click();
  await said(colleague.page, "Начнём в среду");
  await leader.page.getByRole("link", { name: /О чате/ }).click();
  await leader.page.getByRole("button", { name: /Убрать.*Лапина Анна/ }).click();
  await colleague.page.getByText("Вы больше не участник этого чата.").waitFor();
  assert.equal(await colleague.page.getByText("Начнём в среду").count(), 0);
  assert.equal(await colleague.page.getByRole("textbox", { name: "Сообщение" }).count(), 0);
  // MSG-I7: nothing more arrives, in the chat nor in the list beside it.
  await leader.page.goto("/sferum");
  await leader.page.getByRole("main").getByRole("link", { name: /^Проект «Река»/ }).click();
  await say(leader.page, "Теперь без Анны");
  await leader.page.getByRole("link", { name: /^Родители 6 «А»/ }).first().click();
  await say(leader.page, "Добрый день всем");
  assert.equal(await colleague.page.getByText("Теперь без Анны").count(), 0);
  assert.equal(await colleague.page.getByRole("link", { name: /^Проект «Река»/ }).count(), 0);
  colleague.clean();
  await sound(leader);
  await leader.close();
  await colleague.close();
});
