// A chat that is hushed and «Не беспокоить» in a browser: what is counted, and how it is told apart.
import { test } from "node:test";
import { openPerson, stage } from "../harness.mjs";
import { openChat, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";

const here = stage();

test("a parent hushes a chat and is called by name only", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  const parent = await openPerson(here.browser, here.demo.url, { width: 360, height: 760, dark: true });
  await teacher.signIn(here.demo.person("class_teacher"));
  await parent.signIn(here.demo.person("guardian"));
  const { page } = parent;
  await openChat(page, CHAT);
  await page.getByRole("link", { name: /^О чате/ }).click();
  await page.getByRole("button", { name: "Пока не включу" }).click();
  await page.getByText("Уведомления чата выключены.").waitFor();
  await sound(parent);
  await page.goto(`${here.demo.url}/sferum`);
  await page.getByRole("link", { name: /Родители 6 «А».*уведомления выключены/ }).waitFor();

  await openChat(teacher.page, CHAT);
  await teacher.page.getByRole("textbox", { name: "Сообщение" }).fill("Завтра короткий день");
  await teacher.page.getByRole("button", { name: "Отправить", exact: true }).click();
  const link = page.getByRole("link", { name: /Родители 6 «А».*Завтра короткий день.*уведомления выключены.*\d непрочитанных/ });
  await link.waitFor();
  await sound(parent);

  await page.goto(`${here.demo.url}/profile/quiet`);
  await page.getByRole("button", { name: "На час" }).click();
  await page.getByText(/^Не беспокоить до /).waitFor();
  await sound(parent);
  await page.getByRole("button", { name: "Снова уведомлять" }).click();
  await page.getByText("Режим «Не беспокоить» выключен.").waitFor();
  await parent.close();
  await teacher.close();
});
