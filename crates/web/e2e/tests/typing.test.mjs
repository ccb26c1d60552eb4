// Who is writing, and marking a message as unread, in two browsers.
import { test } from "node:test";
import { openPerson, stage } from "../harness.mjs";
import { openChat, said, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";

const here = stage();

test("a teacher is seen writing, and the message is left for later", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  const parent = await openPerson(here.browser, here.demo.url, { width: 360, height: 760, dark: true });
  await teacher.signIn(here.demo.person("class_teacher"));
  await parent.signIn(here.demo.person("guardian"));
  await openChat(teacher.page, CHAT);
  await openChat(parent.page, CHAT);

  const field = teacher.page.getByRole("textbox", { name: "Сообщение" });
  await field.pressSequentially("Завтра ", { delay: 50 });
  await parent.page.getByText(/^\p{L}+ печатает…$/u).first().waitFor();
  await parent.page.getByRole("status").filter({ hasText: "печатает…" }).waitFor({ state: "attached" });
  await sound(parent);
  await field.pressSequentially("короткий день");
  await teacher.page.getByRole("button", { name: "Отправить", exact: true }).click();
  await said(parent.page, "Завтра короткий день");
  // With the message the sign goes, without waiting for its end.
  await parent.page.getByText(/печатает…$/).first().waitFor({ state: "hidden", timeout: 3_000 });

  const message = parent.page.getByRole("listitem").filter({ hasText: "Завтра короткий день" }).last();
  await message.getByRole("link", { name: "Подробнее о сообщении" }).click();
  await parent.page.getByRole("button", { name: "Отметить непрочитанным" }).click();
  await parent.page.waitForURL(/\/sferum$/);
  await parent.page.getByRole("link", { name: /Родители 6 «А».*Завтра короткий день.*\d непрочитанных/ }).waitFor();
  await sound(parent);
  await teacher.close();
  await parent.close();
});
