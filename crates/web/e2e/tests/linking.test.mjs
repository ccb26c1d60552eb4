// Around the three ways: a forgotten password, second thoughts, mistakes, two tabs, no scripts.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { giveCode, givePassword, givePhone, openLink, press, sound } from "./steps.mjs";

const here = stage();

/** Variant 1's pupil at the first screen of VK ID, with all counters of codes at nought. */
async function atPhone(options) {
  await freshPhone();
  const person = here.demo.person("pupil", 1);
  const opened = await openPerson(here.browser, here.demo.url, options);
  await opened.signIn(person);
  await openLink(opened.page);
  return { person, opened, page: opened.page };
}

/** What other tests sent and mistook is forgotten: a new code can be had at once. */
async function freshPhone() {
  const { page, context } = await openPerson(here.browser, here.demo.url);
  await page.goto("/demo/phone");
  await press(page, "Сбросить счётчики");
  await context.close();
}

/** Still not linked: the menu offers what it offered before. */
async function unlinked(page) {
  await page.goto("/diary");
  await page.getByRole("navigation", { name: "Главное меню" }).getByRole("link", { name: "Авторизация в Сферум" }).waitFor();
}

test("cancel leads back to the diary and changes nothing", async () => {
  const { person, opened, page } = await atPhone();
  await givePhone(page, person.phone);
  await press(page, "Отмена");
  await page.getByText("Авторизация отменена.").waitFor();
  await sound(opened);
  await unlinked(page);
  await opened.close();
});

test("a phone in another shape is taken, a bad one is explained", async () => {
  const { person, opened, page } = await atPhone();
  await givePhone(page, "8 900");
  await page.getByText(/не хватает цифр/).first().waitFor();
  assert.equal(await page.getByLabel(/телефон/i).inputValue(), "8 900");
  await sound(opened);
  await givePhone(page, `8 (${person.phone.slice(2, 5)}) ${person.phone.slice(5)}`);
  await page.getByLabel("Пароль", { exact: true }).waitFor();
  await givePassword(page, "ne-tot-parol-sovsem");
  await page.getByText(/Пароль не подходит/).first().waitFor();
  await sound(opened);
  await opened.close();
});

test("a wrong code is told with the tries left, a new one is counted down", async () => {
  const { person, opened, page } = await atPhone();
  await givePhone(page, person.phone);
  await givePassword(page, person.vk_password);
  const code = await here.demo.code(person.phone);
  await giveCode(page, code === "111111" ? "222222" : "111111");
  await page.getByText(/Код не подходит/).first().waitFor();
  await page.getByText(/Новый код можно получить через/).first().waitFor();
  await sound(opened);
  await giveCode(page, code);
  await page.getByRole("button", { name: "Продолжить в учебном профиле" }).waitFor();
  opened.clean();
  await opened.close();
});

test("back and reload lead to the right screen", async () => {
  const { person, opened, page } = await atPhone();
  await givePhone(page, person.phone);
  await page.getByLabel("Пароль", { exact: true }).waitFor();
  await page.reload();
  await page.getByLabel("Пароль", { exact: true }).waitFor();
  await page.goBack();
  await page.waitForLoadState("load");
  await page.reload();
  await page.getByLabel("Пароль", { exact: true }).waitFor();
  await sound(opened);
  await opened.close();
});

test("two tabs of one sign-in meet at the same screen", async () => {
  const { person, opened, page } = await atPhone();
  const second = await opened.context.newPage();
  await second.goto(page.url());
  await givePhone(page, person.phone);
  await givePhone(second, person.phone);
  await second.getByLabel("Пароль", { exact: true }).waitFor();
  await givePassword(page, person.vk_password);
  await page.getByRole("textbox", { name: /^Код/ }).waitFor();
  await second.reload();
  await second.getByRole("textbox", { name: /^Код/ }).waitFor();
  opened.clean();
  await opened.close();
});

test("a forgotten password is set anew and the way goes on", async () => {
  const { person, opened, page } = await atPhone();
  await givePhone(page, person.phone);
  await press(page, "Забыли или не установили пароль?");
  await page.getByRole("heading", { name: "Новый пароль" }).waitFor();
  await sound(opened);
  await givePhone(page, person.phone);
  await page.getByRole("textbox", { name: /^Код/ }).waitFor();
  await sound(opened);
  await giveCode(page, await here.demo.code(person.phone));
  await page.getByLabel("Новый пароль", { exact: true }).fill("tuman-gora-yashchik");
  await page.getByLabel("Новый пароль ещё раз").fill("tuman-gora-yashchik");
  await sound(opened);
  await press(page, "Продолжить");
  await page.getByRole("button", { name: "Продолжить в учебном профиле" })
    .or(page.getByLabel("Пароль", { exact: true })).first().waitFor();
  await sound(opened);
  await opened.close();
});

test("the way is walked without scripts", async () => {
  await freshPhone();
  const person = here.demo.person("pupil", 2);
  const opened = await openPerson(here.browser, here.demo.url, { scripts: false });
  const { page } = opened;
  await opened.signIn(person);
  await openLink(page);
  await givePhone(page, person.phone);
  await givePassword(page, person.vk_password);
  await giveCode(page, await here.demo.code(person.phone));
  await page.getByRole("button", { name: "Создать учебный профиль" }).waitFor();
  opened.clean();
  await opened.close();
});
