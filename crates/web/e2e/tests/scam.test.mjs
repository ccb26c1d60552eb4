// Against fraud, in two browsers: where a link leads, who asks for money, and files that wait for their time.
import { test } from "node:test";
import assert from "node:assert/strict";
import { stage } from "../harness.mjs";
import { openChat, said, say, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";

const here = stage();

test("a request for money and a link that deceives are told apart at once", async () => {
  const teacher = await here.open("class_teacher");
  const parent = await here.open("guardian", { width: 360, height: 760, dark: true });
  await openChat(teacher.page, CHAT);
  await openChat(parent.page, CHAT);

  await say(parent.page, "Скиньте по 500 рублей на карту, кто ещё не сдал");
  for (const one of [teacher, parent]) {
    await said(one.page, "Скиньте по 500 рублей на карту, кто ещё не сдал");
    await one.page.getByText("О деньгах просит не школа.").waitFor();
    await sound(one);
  }
  await say(teacher.page, "Сдайте по 500 рублей на музей: https://school12.ru/museum");
  await parent.page.getByRole("link", { name: "https://school12.ru/museum" }).waitFor();
  assert.equal(await parent.page.getByRole("link", { name: "https://school12.ru/museum" }).locator("b").textContent(), "school12.ru");
  await parent.page.getByRole("textbox", { name: "Сообщение" }).fill("Вот: https://sbеr.ru/pay и https://sber.ru@evil.example/");
  await parent.page.getByRole("button", { name: "Отправить", exact: true }).click();
  for (const one of [teacher, parent]) {
    await one.page.getByText("На самом деле это xn--sbr-sdd.ru: буквы подменены похожими.").waitFor();
    await one.page.getByText("На самом деле ведёт на evil.example.").waitFor();
    assert.equal(await one.page.getByText("О деньгах просит не школа.").count(), 1);
    await sound(one);
  }
  // An answer quotes the words and not the remark.
  await teacher.page.locator(".msg", { hasText: "sbеr.ru" }).getByRole("link", { name: "Подробнее о сообщении" }).click();
  await teacher.page.getByRole("button", { name: "Ответить" }).click();
  assert.equal(await teacher.page.locator("#replying [data-text]").textContent(), "Вот: https://sbеr.ru/pay и https://sber.ru@evil.example/");
  await teacher.close();
  await parent.close();
});

test("files and words of the composer wait together", async () => {
  const parent = await here.open("guardian", { width: 360, height: 760 });
  await openChat(parent.page, CHAT);
  const { page } = parent;
  await page.getByRole("textbox", { name: "Сообщение" }).fill("Справка для класса");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("link", { name: "Прикрепить файл" }).click()]);
  await chooser.setFiles({ name: "Справка.txt", mimeType: "text/plain", buffer: Buffer.alloc(300_000, "x") });
  await page.getByText("Справка.txt").waitFor();
  // Pressed at once: it goes on when the file is there.
  await page.getByRole("button", { name: "Отправить позже" }).click();
  await page.getByRole("heading", { level: 1, name: "Отправить позже" }).waitFor();
  assert.equal(await page.getByLabel("Сообщение").inputValue(), "Справка для класса");
  assert.ok(await page.getByLabel("Справка.txt").isChecked());
  await sound(parent);
  const due = page.getByLabel("Когда отправить, по часам школы");
  await due.fill(await due.getAttribute("min"));
  await page.getByRole("button", { name: "Отправить позже" }).click();
  await page.getByText("Отправим:").waitFor();
  await page.getByText("Справка.txt").waitFor();
  await sound(parent);
  await openChat(page, CHAT);
  await page.getByRole("log").getByText("Справка для класса").waitFor({ timeout: 90_000 });
  await page.getByRole("link", { name: /^Справка.txt/ }).waitFor();
  await sound(parent);
  await parent.close();
});

test("a file waits without scripts", async () => {
  const person = await here.open("class_teacher", { scripts: false, dark: true });
  const { page } = person;
  await page.goto("/sferum");
  await page.getByRole("link", { name: CHAT }).first().click();
  await page.getByRole("link", { name: "Прикрепить файл" }).click();
  await page.getByLabel("Файл").setInputFiles({ name: "Памятка.txt", mimeType: "text/plain", buffer: Buffer.from("памятка") });
  await page.getByLabel(/^Сообщение/).fill("Памятка родителям");
  await page.getByRole("button", { name: "Отправить позже" }).click();
  assert.equal(await page.getByLabel("Сообщение").inputValue(), "Памятка родителям");
  await page.getByLabel("Нужно «Ознакомлен(а)»").waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Отправить позже" }).click();
  await page.getByText("Отправим:").waitFor();
  await page.getByText("Памятка.txt").waitFor();
  await person.close();
});
