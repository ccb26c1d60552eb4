// The three variants of the user guide, from the diary's sign-in to a message that another member sees at once.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, picture, stage } from "../harness.mjs";
import { givePassword, givePerson, givePhone, openChat, openLink, press, said, say, sound } from "./steps.mjs";

const CHAT = "6 «А»";

const here = stage();

/** A pupil in a narrow browser of the guide's pictures, and a camera that numbers them. */
async function pupil(variant) {
  const person = here.demo.person("pupil", variant);
  const opened = await openPerson(here.browser, here.demo.url, { width: 720, height: 760 });
  let number = 0;
  const shot = async () => {
    number += 1;
    await sound(opened);
    await picture(opened.page, `variant-${variant}-${number}`);
  };
  return { person, opened, page: opened.page, shot };
}

/** The diary's sign-in and the tab of the menu, the same for all. */
async function enter({ person, opened, page, shot }) {
  await page.goto("/signin");
  await page.getByLabel("Логин").fill(person.login);
  await page.getByLabel("Пароль", { exact: true }).fill(person.password);
  await shot();
  await page.getByRole("button", { name: "Войти" }).click();
  await page.waitForURL(/\/diary/);
  opened.clean();
  await shot();
  await openLink(page);
  await page.getByLabel(/телефон/i).fill(person.phone);
  await shot();
  await givePhone(page, person.phone);
}

/** What every variant ends with: the tab «Сферум», the class chat, a message and its answer without a reload. */
async function talk({ person, opened, page, shot }) {
  const given = person.name.split(" ")[1];
  await page.waitForURL((address) => !address.pathname.startsWith("/vkid"));
  const menu = page.getByRole("navigation", { name: "Главное меню" });
  await menu.getByRole("link", { name: /^Сферум/ }).waitFor();
  assert.equal(await menu.getByRole("link", { name: "Авторизация в Сферум" }).count(), 0);
  await shot();

  const teacher = await openPerson(here.browser, here.demo.url);
  await teacher.signIn(here.demo.person("class_teacher"));
  await openChat(teacher.page, CHAT);
  await openChat(page, CHAT);
  await say(page, `Здравствуйте, это ${given}`);
  await said(teacher.page, `Здравствуйте, это ${given}`);
  await say(teacher.page, `Рада вас видеть, ${given}`);
  await said(page, `Рада вас видеть, ${given}`);
  await shot();
  await page.goto("/sferum/new");
  await page.getByRole("heading", { level: 1, name: "Новый чат" }).waitFor();
  await sound(opened);
  await picture(page, "chats-pupil-1");
  await sound(teacher);
  await teacher.close();
  await opened.close();
}

test("variant 1: account and educational profile", async () => {
  const one = await pupil(1);
  const { person, page, shot } = one;
  await enter(one);
  await page.getByRole("link", { name: "Забыли или не установили пароль?" })
    .or(page.getByRole("button", { name: "Забыли или не установили пароль?" })).waitFor();
  await page.getByLabel("Пароль", { exact: true }).fill(person.vk_password);
  await shot();
  await givePassword(page, person.vk_password);
  await page.getByRole("textbox", { name: /^Код/ }).fill(await here.demo.code(person.phone));
  await shot();
  await press(page, "Продолжить");
  await page.getByRole("button", { name: "Продолжить в учебном профиле" }).waitFor();
  await shot();
  await press(page, "Продолжить в учебном профиле");
  await page.getByText("Проверьте свои личные данные", { exact: false }).first().waitFor();
  await shot();
  await press(page, "Продолжить");
  await talk(one);
});

test("variant 2: account without an educational profile", async () => {
  const two = await pupil(2);
  const { person, page, shot } = two;
  await enter(two);
  await page.getByLabel("Пароль", { exact: true }).fill(person.vk_password);
  await shot();
  await givePassword(page, person.vk_password);
  await page.getByRole("textbox", { name: /^Код/ }).fill(await here.demo.code(person.phone));
  await shot();
  await press(page, "Продолжить");
  await page.getByRole("button", { name: "Создать учебный профиль" }).waitFor();
  await shot();
  await press(page, "Создать учебный профиль");
  await page.getByText("Заполните информацию о себе").first().waitFor();
  await givePerson(page, person.name, { role: /учени/i });
  await shot();
  await press(page, "Продолжить");
  await talk(two);
});

test("variant 3: no account yet", async () => {
  const three = await pupil(3);
  const { person, page, shot } = three;
  await enter(three);
  assert.equal(await page.getByLabel("Пароль", { exact: true }).count(), 0);
  await page.getByRole("textbox", { name: /^Код/ }).fill(await here.demo.code(person.phone));
  await shot();
  await press(page, "Продолжить");
  await page.getByText("Заполните информацию о себе").first().waitFor();
  await givePerson(page, person.name, { sex: /муж/i });
  await shot();
  await press(page, "Продолжить");
  await page.getByRole("button", { name: "Создать учебный профиль" }).waitFor();
  await shot();
  await press(page, "Создать учебный профиль");
  await page.getByRole("button", { name: "Продолжить", exact: true }).waitFor();
  await shot();
  await press(page, "Продолжить");
  await talk(three);
});
