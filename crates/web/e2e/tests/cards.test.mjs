// A card of homework in a chat: sent from the lesson's page, changed with the diary before a parent's eyes.
import { test } from "node:test";
import { openPerson, stage } from "../harness.mjs";
import { press, sound } from "./steps.mjs";

const CLASS = "6 «А»";
const CHAT = `Объявления ${CLASS}`;

const here = stage();

test("a card follows the diary on an open page", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  const parent = await openPerson(here.browser, here.demo.url, { width: 360, height: 760, dark: true });
  await teacher.signIn(here.demo.person("class_teacher"));
  await parent.signIn(here.demo.person("guardian"));
  await parent.page.goto("/sferum");
  await parent.page.getByRole("main").getByRole("link", { name: new RegExp(`^${CHAT} `) }).click();
  await parent.page.getByRole("heading", { level: 1, name: CHAT }).waitFor();
  await teacher.page.goto("/today");
  await teacher.page.getByRole("listitem").filter({ hasText: CLASS }).getByRole("link").first().click();
  await teacher.page.getByLabel("Домашнее задание").fill("§ 21, № 340");
  await teacher.page.getByLabel("Отправить задание в чат").selectOption({ label: CHAT });
  await sound(teacher);
  await press(teacher.page, "Сохранить тему и задание");
  const log = parent.page.getByRole("log");
  await log.getByText("§ 21, № 340").waitFor();
  await sound(parent);
  await teacher.page.getByLabel("Домашнее задание").fill("§ 22, устно");
  await press(teacher.page, "Сохранить тему и задание");
  await log.getByText("§ 22, устно").waitFor();
  await teacher.page.getByLabel("Домашнее задание").fill("");
  await press(teacher.page, "Сохранить тему и задание");
  await log.getByText("Задание снято.").waitFor();
  await sound(parent);
  await teacher.close();
  await parent.close();
});
