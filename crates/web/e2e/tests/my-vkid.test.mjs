// «Мой VK ID»: from the diary and directly, with and without scripts; profile, phone, password, applications, the end.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { giveCode, givePassword, givePhone, openLink, press, sound } from "./steps.mjs";

const APP = "51000001";
const CLUB = "https://club.test/callback";
const NEW = "рыжий зонт у двери";

const here = stage({ demo: {
    applications: [["--id", APP, "--name", "Кружок робототехники", "--redirect", CLUB, "--origin", "https://club.test"]],
  } });

/** What other tests sent and mistook is forgotten: a new code can be had at once. */
async function freshPhone() {
  const { page, context } = await openPerson(here.browser, here.demo.url);
  await page.goto("/demo/phone");
  await press(page, "Сбросить счётчики");
  await context.close();
}

/** The page is sound in every width and light. */
async function soundEverywhere(person) {
  for (const width of [1280, 360]) {
    await person.page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ["light", "dark"]) {
      await person.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await sound(person);
    }
  }
}

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();

/** Signs in to VK ID itself. */
async function signIn(page, { phone, vk_password }) {
  await freshPhone();
  await page.goto("/vkid/me");
  await givePhone(page, phone);
  await givePassword(page, vk_password);
  await giveCode(page, await here.demo.code(phone));
  await heading(page, "Мой VK ID");
}

test("from the diary: a changed name waits for the class teacher, an application loses its access", async () => {
  await freshPhone();
  const pupil = here.demo.person("pupil", 1);
  const opened = await openPerson(here.browser, here.demo.url);
  const { page } = opened;
  await opened.signIn(pupil);
  await openLink(page);
  await givePhone(page, pupil.phone);
  await givePassword(page, pupil.vk_password);
  await giveCode(page, await here.demo.code(pupil.phone));
  await press(page, "Продолжить в учебном профиле");
  await press(page, "Продолжить");
  await page.goto("/profile");
  await press(page, "Мой VK ID");
  await heading(page, "Мой VK ID");
  await page.getByText("Это VK ID школы, а не служба ВКонтакте.").waitFor();
  await soundEverywhere(opened);
  await press(page, "Изменить профиль");
  await heading(page, "Учебный профиль");
  await soundEverywhere(opened);
  await page.getByLabel("Фамилия").fill("Кораблёва2");
  await press(page, "Сохранить");
  await page.getByText("Исправьте одно поле.").first().waitFor();
  await sound(opened);
  await page.getByLabel("Фамилия").fill("Кораблёва");
  await press(page, "Сохранить");
  await page.getByText("Изменение отправлено школе.").waitFor();
  await page.getByText(/Ждёт подтверждения школы/).waitFor();
  await soundEverywhere(opened);
  await decide(pupil);
  await page.goto("/vkid/me");
  await page.getByRole("definition").filter({ hasText: "Кораблёва" }).waitFor();
  await letApplicationIn(opened);
  await page.goto("/vkid/me");
  await soundEverywhere(opened);
  await press(page, "Отозвать доступ: Кружок робототехники");
  await page.getByText("Доступ отозван.").waitFor();
  await sound(opened);
  await press(page, "Вернуться в дневник");
  await page.waitForURL(/\/profile$/);
  opened.clean();
  await opened.close();
});

/** The class teacher says yes. */
async function decide(pupil) {
  const teacher = await openPerson(here.browser, here.demo.url);
  const { page } = teacher;
  await teacher.signIn(here.demo.person("class_teacher"));
  await page.goto("/today");
  const address = await page.getByRole("link", { name: /^Класс 6/, includeHidden: true }).first().getAttribute("href");
  await page.goto(`${address}/links`);
  await page.getByText("меняет имя в учебном профиле").waitFor();
  await soundEverywhere(teacher);
  const [surname] = pupil.name.split(" ");
  await page.getByRole("button", { name: new RegExp(`^Подтвердить: ${surname}`) }).click();
  await page.getByText("Изменение подтверждено, профиль изменён.").waitFor();
  await sound(teacher);
  await teacher.close();
}

/** A club's site signs the person in, who is signed in at VK ID already. The site itself is not there: only the way to it is. */
async function letApplicationIn(opened) {
  const { page } = opened;
  const query = new URLSearchParams({
    response_type: "code", client_id: APP, redirect_uri: CLUB, scope: "phone", state: "0123456789abcdefghijklmnopqrstuvwxyz",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "s256",
  });
  await page.goto(`/authorize?${query}`);
  await page.getByRole("button", { name: /^Продолжить как/ }).click();
  await page.getByText("Доступ можно отозвать в любой момент").waitFor();
  opened.clean();
  const left = page.waitForEvent("requestfailed", (request) => request.url().startsWith(`${CLUB}?code=`));
  await page.getByRole("button", { name: "Разрешить" }).click();
  await left;
  await page.waitForURL(/^chrome-error:/);
  assert.ok(opened.takeFaults().every((fault) => fault.startsWith(`failed: ${CLUB}?code=`)));
}

for (const scripts of [true, false]) {
  test(`directly: phone, password, devices, ${scripts ? "on a desk" : "on a phone without scripts"}`, async () => {
    const person = here.demo.person(scripts ? "guardian" : "teacher");
    const opened = await openPerson(here.browser, here.demo.url, scripts ? {} : { scripts, width: 360 });
    const { page } = opened;
    const check = scripts ? () => soundEverywhere(opened) : async () => opened.clean();
    await page.goto("/vkid/me");
    await check();
    await signIn(page, person);
    await check();
    await press(page, "Сменить телефон");
    await heading(page, "Новый номер телефона");
    await check();
    const phone = scripts ? "+79000000991" : "+79000000992";
    await givePhone(page, person.phone);
    await page.getByText("Это ваш нынешний номер.").waitFor();
    await givePhone(page, phone);
    await check();
    const code = await here.demo.code(phone);
    await giveCode(page, code === "111111" ? "222222" : "111111");
    await page.getByText(/Код не подходит/).first().waitFor();
    await check();
    await giveCode(page, code);
    await page.getByText("Телефон изменён.").waitFor();
    await check();
    await press(page, "Сменить пароль");
    await heading(page, "Сменить пароль");
    await check();
    for (const [old, word, said] of [
      ["ne-tot-parol-sovsem", NEW, /Пароль не подходит/],
      [person.vk_password, "коротко", /не меньше 10 знаков/],
      [person.vk_password, NEW, /Пароль изменён/],
    ]) {
      await page.getByLabel("Прежний пароль").fill(old);
      await page.getByLabel("Новый пароль", { exact: true }).fill(word);
      await page.getByLabel("Новый пароль ещё раз").fill(word);
      await press(page, "Сменить пароль");
      await page.getByText(said).first().waitFor();
      await check();
    }
    const elsewhere = await openPerson(here.browser, here.demo.url);
    await signIn(elsewhere.page, { phone, vk_password: NEW });
    await page.goto("/vkid/me");
    await check();
    await page.getByRole("button", { name: /^Закончить вход/ }).click();
    await page.getByText("Вход на этом устройстве закончен.").waitFor();
    await elsewhere.page.goto("/vkid/me");
    await elsewhere.page.getByLabel(/телефон/i).waitFor();
    await elsewhere.close();
    await press(page, "Выйти везде");
    await page.getByText("Вы вышли из VK ID школы на всех устройствах.").waitFor();
    await check();
    await opened.close();
  });
}

test("the end: the password once more, what will happen, the link is gone", async () => {
  const person = here.demo.person("guardian");
  const opened = await openPerson(here.browser, here.demo.url);
  const { page } = opened;
  await signIn(page, { phone: "+79000000991", vk_password: NEW });
  await page.goto("/vkid/me/confirm?to=delete");
  await heading(page, "Введите пароль ещё раз");
  await soundEverywhere(opened);
  await page.getByLabel("Пароль", { exact: true }).fill("ne-tot-parol-sovsem");
  await press(page, "Продолжить");
  await page.getByText(/Пароль не подходит/).waitFor();
  await sound(opened);
  await page.getByLabel("Пароль", { exact: true }).fill(NEW);
  await press(page, "Продолжить");
  await heading(page, "Удалить VK ID?");
  await soundEverywhere(opened);
  await press(page, "Удалить VK ID");
  await page.getByText("VK ID школы удалён.").waitFor();
  await sound(opened);
  await opened.signIn(person);
  await page.getByRole("navigation", { name: "Главное меню" }).getByRole("link", { name: "Авторизация в Сферум" }).waitFor();
  await freshPhone();
  await page.goto("/vkid/me");
  await givePhone(page, "+79000000991");
  await giveCode(page, await here.demo.code("+79000000991"));
  await page.getByText(/Номер освободится через 30 дней/).waitFor();
  await sound(opened);
  await opened.close();
});
