// On a phone: a message is reported, the desk looks into it and holds the chat, and its author can change nothing.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { binary, stage } from "../harness.mjs";
import { openChat, press, say, sound } from "./steps.mjs";

const here = stage();

const open = (role) => here.open(role, { width: 360, height: 740 });

const CHAT = "Родители 6 «А»";

test("a message is reported, held, and can be changed no more", async () => {
  const teacher = await open("class_teacher");
  await openChat(teacher.page, CHAT);
  await say(teacher.page, "Первое объявление");
  await say(teacher.page, "Второе объявление, сказано резко");

  const guardian = await open("guardian");
  await openChat(guardian.page, CHAT);
  const bubble = guardian.page.getByRole("listitem").filter({ hasText: "сказано резко" });
  await bubble.getByRole("link", { name: "Подробнее о сообщении" }).click();
  await press(guardian.page, "Пожаловаться");
  await sound(guardian);
  await guardian.page.getByRole("radio", { name: "Оскорбления" }).check();
  await guardian.page.getByLabel(/^Что ещё важно знать/).fill("Так с родителями не говорят");
  await press(guardian.page, "Отправить жалобу");
  await guardian.page.getByRole("heading", { name: "Мои обращения" }).waitFor();
  await guardian.page.getByText("Принято, скоро посмотрят").waitFor();
  await sound(guardian);

  const lead = await open("safeguarding_lead");
  await lead.page.goto("/");
  await lead.page.getByRole("heading", { name: "Безопасность", level: 1 }).waitFor();
  await sound(lead);
  await press(lead.page, "Оскорбления");
  await lead.page.getByText("Второе объявление, сказано резко").waitFor();
  await lead.page.getByText("Так с родителями не говорят").waitFor();
  await press(lead.page, "Взять в работу");
  await lead.page.getByRole("radio", { name: "весь чат" }).check();
  await lead.page.getByLabel("Причина").fill("До беседы с директором");
  await press(lead.page, "Поставить запрет");
  await lead.page.getByText("До беседы с директором").waitFor();
  await sound(lead);

  // The teacher still has the chat open: the first message is held with it.
  const own = teacher.page.getByRole("listitem").filter({ hasText: "Первое объявление" });
  await own.getByRole("link", { name: "Подробнее о сообщении" }).click();
  await press(teacher.page, "Подробнее");
  await teacher.page.getByText("изменить или удалить его сейчас нельзя").waitFor();
  assert.equal(await teacher.page.getByRole("button", { name: "Сохранить" }).count(), 0);
  await sound(teacher);
  for (const person of [teacher, guardian, lead]) await person.close();
});

test("own chats are taken along, and a changed file is told from a whole one", async () => {
  const guardian = await open("guardian");
  await guardian.page.goto("/profile");
  const [download] = await Promise.all([
    guardian.page.waitForEvent("download"),
    guardian.page.getByRole("button", { name: "Выгрузить мои чаты" }).click(),
  ]);
  const file = path.join(here.demo.data, "export.zip");
  await download.saveAs(file);
  const verify = () => promisify(execFile)(binary, ["verify", "--db", path.join(here.demo.data, "zvonok.db"), "--export", file]);
  assert.match((await verify()).stdout, /выгрузка цела и подписана этой школой/);
  const bytes = await readFile(file);
  const at = bytes.indexOf(Buffer.from("Родители"));
  bytes[at] ^= 1;
  await writeFile(file, bytes);
  const said = await verify().catch((error) => error.stdout);
  assert.match(said, /выгрузке верить нельзя/);
  assert.match(said, /файл chat-\d+\.\w+ изменён/);
  await guardian.close();
});

test("the homeroom teacher silences pupils, on a phone", async () => {
  const teacher = await open("class_teacher");
  await openChat(teacher.page, "6 «А»");
  await press(teacher.page, "Тишина: когда пишут ученики");
  await sound(teacher);
  await teacher.page.getByRole("combobox", { name: "На сколько" }).selectOption("до конца дня");
  await teacher.page.getByLabel(/^Причина/).fill("Идёт контрольная");
  await press(teacher.page, "Не давать писать");
  await teacher.page.getByText("Никто из учеников").waitFor();
  await sound(teacher);
  await press(teacher.page, "Разрешить писать всем");
  await teacher.page.getByText("Снова можно писать.").waitFor();
  await teacher.close();
});
