// A chat beyond plain text, in two browsers at once: answers, reactions, pins, calls by name.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, startBrowser, startDemo } from "../harness.mjs";
import { openChat, say, said, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";

let demo, browser;
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Opens the menu of the message with this text. */
async function menuOf(page, text) {
  await page.getByRole("listitem").filter({ hasText: text }).last().getByRole("link", { name: "Подробнее о сообщении" }).click();
  return page.getByRole("dialog", { name: "Действия с сообщением" });
}

test("an answer, a reaction and a pin are seen by the other at once", async () => {
  const teacher = await openPerson(browser, demo.url);
  const parent = await openPerson(browser, demo.url, { width: 360, height: 760, dark: true });
  await teacher.signIn(demo.person("class_teacher"));
  await parent.signIn(demo.person("guardian"));
  await openChat(teacher.page, CHAT);
  await openChat(parent.page, CHAT);

  await say(teacher.page, "Кто принесёт контурную карту?");
  await said(parent.page, "Кто принесёт контурную карту?");
  await (await menuOf(parent.page, "Кто принесёт контурную карту?")).getByRole("button", { name: "Ответить" }).click();
  await say(parent.page, "Я принесу");
  const answer = teacher.page.getByRole("listitem").filter({ hasText: "Я принесу" }).last();
  await answer.getByRole("link", { name: /Кто принесёт контурную карту/ }).waitFor();

  await (await menuOf(teacher.page, "Я принесу")).getByRole("button", { name: "спасибо" }).click();
  const given = parent.page.getByRole("button", { name: "спасибо · 1" });
  await given.click();
  await teacher.page.getByRole("button", { name: "спасибо · 2", pressed: true }).click();
  await parent.page.getByRole("button", { name: "спасибо · 1", pressed: true }).waitFor();

  await (await menuOf(teacher.page, "Я принесу")).getByRole("button", { name: "Закрепить" }).click();
  await parent.page.getByText("Закреплено:").waitFor();
  await sound(teacher);
  await sound(parent);
  await teacher.close();
  await parent.close();
});
