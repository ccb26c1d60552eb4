// The administrator's office: a new colleague with a slip, an application of VK ID, a copy of the base, its checks; and
// the page that asks for the password again, on a desk with scripts and on a phone without.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { press, sound } from "./steps.mjs";

const here = stage();

const ASKS = "Подтвердите, что это вы";

test("an administrator registers an application, gives it a new key and removes it", async () => {
  const admin = await openPerson(here.browser, here.demo.url);
  await admin.signIn(here.demo.person("administrator"));
  const { page } = admin;
  await page.goto("/admin/links");
  await press(page, "Приложения VK ID");
  await sound(admin);
  await press(page, "Новое приложение");
  await page.getByLabel("Название").fill("Библиотека");
  await page.getByLabel("Адреса возврата").fill("library.example/back");
  await press(page, "Сохранить и показать ключ");
  await page.getByText("Адрес возврата «library.example/back» не подходит").waitFor();
  await sound(admin);
  await page.getByLabel("Адреса возврата").fill("https://library.example/back");
  await press(page, "Сохранить и показать ключ");
  await page.getByRole("heading", { level: 1, name: "Приложение «Библиотека» заведено" }).waitFor();
  await sound(admin);
  await press(page, "Готово");
  await press(page, "Библиотека");
  await sound(admin);
  await press(page, "Выпустить новый ключ");
  await page.getByRole("heading", { level: 1, name: /^Новый ключ/ }).waitFor();
  await press(page, "Готово");
  await press(page, "Библиотека");
  await press(page, "Удалить приложение");
  await sound(admin);
  await press(page, "Удалить");
  await page.getByText("Приложение удалено.").waitFor();
  admin.clean();
  await admin.close();
});

test("the base and its journal are checked, and the journal of sign-ins is read", async () => {
  const admin = await openPerson(here.browser, here.demo.url);
  await admin.signIn(here.demo.person("administrator"));
  const { page } = admin;
  await page.goto("/admin");
  await press(page, "Резервная копия и проверки");
  await press(page, "Проверить базу");
  await page.getByText("База цела.").waitFor();
  await sound(admin);
  await press(page, "Проверить журнал действий");
  await page.getByText("Журнал действий не изменён.").waitFor();
  await page.goto("/profile");
  await press(page, "Кто и откуда входил");
  await page.getByRole("row", { name: /Вход.*логин и пароль/ }).first().waitFor();
  await sound(admin);
  admin.clean();
  await admin.close();
});

for (const scripts of [true, false]) {
  test(`sensitive acts ask for the password again, ${scripts ? "on a desk" : "on a phone without scripts"}`, async () => {
    const admin = await openPerson(here.browser, here.demo.url, scripts ? {} : { scripts, width: 360 });
    const { password } = here.demo.person("administrator");
    await admin.signIn(here.demo.person("administrator"));
    const { page } = admin;
    // Six minutes later by the school's clock, in the same browser; the page that saw the server go is left before.
    await page.goto("about:blank");
    here.demo = await here.demo.later(scripts ? "2026-10-14T10:53" : "2026-10-14T10:59");
    await page.goto(`${here.demo.url}/admin/people/new`);
    admin.takeFaults();
    if (scripts) await sound(admin);
    await page.getByLabel("Фамилия").fill(scripts ? "Новикова" : "Новосёлова");
    await page.getByLabel("Имя", { exact: true }).fill("Алла");
    await page.getByLabel("Роль").selectOption({ label: "учитель" });
    await press(page, "Сохранить и показать листок");
    await page.getByRole("heading", { level: 1, name: ASKS }).waitFor();
    await page.getByLabel("Пароль от дневника").fill("не тот пароль");
    await press(page, "Подтвердить");
    await page.getByText("Пароль не подходит.").waitFor();
    if (scripts) await sound(admin);
    await page.getByLabel("Пароль от дневника").fill(password);
    await press(page, "Подтвердить");
    await page.getByRole("article", { name: scripts ? "Новикова Алла" : "Новосёлова Алла" }).waitFor();
    if (scripts) await sound(admin);
    // For five minutes nobody asks again: the copy comes at once.
    await page.goto(`${here.demo.url}/admin/backup`);
    const [copy] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Скачать резервную копию" }).click(),
    ]);
    assert.equal(copy.suggestedFilename(), "zvonok-2026-10-14.db");
    assert.equal(await copy.failure(), null);
    admin.takeFaults();
    await admin.close();
  });
}
