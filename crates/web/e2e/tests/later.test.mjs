// «Отправить позже» in two browsers: what is typed goes along, waits, is changed, and comes by itself.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { onlyTheLine, openChat, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";

const here = stage();

test("a message waits for its time and comes by itself", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  const parent = await openPerson(here.browser, here.demo.url, { width: 360, height: 760, dark: true });
  await teacher.signIn(here.demo.person("class_teacher"));
  await parent.signIn(here.demo.person("guardian"));
  await openChat(teacher.page, CHAT);
  await openChat(parent.page, CHAT);

  const { page } = teacher;
  await page.getByRole("textbox", { name: "Сообщение" }).fill("Собрание в 18:00");
  await page.getByRole("button", { name: "Отправить позже" }).click();
  await page.getByRole("heading", { level: 1, name: "Отправить позже" }).waitFor();
  assert.equal(await page.getByLabel("Сообщение").inputValue(), "Собрание в 18:00");
  await sound(teacher);
  await page.getByRole("button", { name: "Отправить позже" }).click();
  await page.getByText("Отправим:").waitFor();
  await sound(teacher);

  await page.getByRole("link", { name: /^Изменить: Родители 6 «А»/ }).click();
  await page.getByLabel("Сообщение").fill("Собрание в 18:30");
  const due = page.getByLabel("Когда отправить, по часам школы");
  await due.fill(await due.getAttribute("min"));
  await page.getByRole("button", { name: "Сохранить" }).click();
  await page.getByText("Отправим:").waitFor();

  await page.goto(`${here.demo.url}/sferum`);
  await page.getByRole("link", { name: "Отложено 1 сообщение" }).waitFor();
  await sound(teacher);
  // The school's own clock decides: it comes back a quarter of an hour later, under the same address.
  await here.demo.end();
  here.demo = await here.demo.again("2026-10-14T11:02");
  await parent.page.getByRole("log").getByText("Собрание в 18:30").waitFor();
  onlyTheLine(parent);
  onlyTheLine(teacher);
  await sound(parent);
  await page.goto(`${here.demo.url}/sferum/later`);
  await page.getByText("Ничего не отложено").waitFor();
  await sound(teacher);
  await teacher.close();
  await parent.close();
});

test("a message is put aside without scripts", async () => {
  const person = await openPerson(here.browser, here.demo.url, { width: 360, height: 760, scripts: false });
  await person.signIn(here.demo.person("guardian"));
  const { page } = person;
  await page.goto(`${here.demo.url}/sferum`);
  await page.getByRole("link", { name: CHAT }).first().click();
  await page.getByRole("textbox", { name: "Сообщение" }).fill("Спасибо за экскурсию");
  await page.getByRole("button", { name: "Отправить позже" }).click();
  assert.equal(await page.getByRole("textbox", { name: "Сообщение" }).inputValue(), "Спасибо за экскурсию");
  await page.getByRole("button", { name: "Отправить позже" }).click();
  await page.getByText("Отправим:").waitFor();
  await page.getByRole("button", { name: /^Не отправлять: Родители/ }).click();
  await page.getByText("Сообщение не будет отправлено.").waitFor();
  await person.close();
});
