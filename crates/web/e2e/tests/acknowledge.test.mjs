// «Ознакомлен(а)» in two browsers: asked for by the teacher, said by a parent, counted before the teacher's eyes.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { openChat, said, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";

const here = stage();

test("a parent acknowledges and the teacher sees it at once", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  const parent = await openPerson(here.browser, here.demo.url, { width: 360, height: 760, dark: true });
  await teacher.signIn(here.demo.person("class_teacher"));
  await parent.signIn(here.demo.person("guardian"));
  await openChat(teacher.page, CHAT);
  await openChat(parent.page, CHAT);

  await teacher.page.getByText("Попросить ознакомиться").click();
  await teacher.page.getByRole("checkbox", { name: "Нужно «Ознакомлен(а)»" }).check();
  const due = teacher.page.getByLabel("до", { exact: true });
  await due.fill(`${Number((await due.getAttribute("min")).slice(0, 4)) + 1}-10-16`);
  assert.ok((await due.boundingBox()).width > 100);
  await sound(teacher);
  await teacher.page.getByRole("textbox", { name: "Сообщение" }).fill("Выезд в музей в пятницу");
  await teacher.page.getByRole("button", { name: "Отправить", exact: true }).click();
  await said(parent.page, "Выезд в музей в пятницу");
  await teacher.page.getByText(/^ознакомились 0 из \d+ · до 16.октября/).waitFor();
  await parent.page.getByRole("button", { name: "Ознакомлен(а)" }).click();
  await parent.page.getByText("Вы ознакомились").waitFor();
  await teacher.page.getByText(/^ознакомились 1 из/).waitFor();
  await sound(parent);
  await sound(teacher);

  await teacher.page.getByRole("link", { name: "Кто ознакомился" }).click();
  await teacher.page.getByRole("heading", { level: 1, name: "Кто ознакомился" }).waitFor();
  await sound(teacher);
  await teacher.page.getByRole("button", { name: "Напомнить" }).click();
  await teacher.page.getByText("Напоминание отправлено.").waitFor();
  await teacher.page.getByRole("link", { name: /Листки на/ }).click();
  assert.ok((await teacher.page.getByRole("article").count()) > 0);
  await sound(teacher);
  await teacher.close();
  await parent.close();
});
