// Search in «Сферум»: a word in another form is found at once, a hit opens the chat at the message, a day its first one.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { openChat, say, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";

const here = stage();

test("«ёлка» finds «елки», and the hit opens the chat at the message", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  await teacher.signIn(here.demo.person("class_teacher"));
  const { page } = teacher;
  await openChat(page, CHAT);
  await say(page, "Кто привезёт елки в пятницу?");
  for (let n = 1; n <= 4; n += 1) await say(page, `Ещё сообщение ${n}`);

  const field = page.getByRole("searchbox", { name: "Люди, чаты, слова" });
  await field.fill("ёлка");
  await Promise.all([page.waitForURL(/\/sferum\/search\?q=/), field.press("Enter")]);
  await page.getByRole("heading", { level: 1, name: "Поиск" }).waitFor();
  const hit = page.getByRole("region", { name: "Что нашлось" }).getByRole("link", { name: /привезёт елки в пятницу/ });
  assert.equal(await hit.locator("mark").innerText(), "елки");
  await sound(teacher);

  await hit.click();
  await page.waitForURL(/\/sferum\/\d+\?at=\d+#m\d+$/);
  const found = page.locator(".msg:target");
  await found.getByText("Кто привезёт елки в пятницу?").waitFor();
  await found.scrollIntoViewIfNeeded();
  assert.ok(await found.isVisible());
  await sound(teacher);

  await page.getByRole("link", { name: "Поиск в чате" }).click();
  await page.getByLabel("К дате").fill("2026-10-14");
  await page.getByRole("button", { name: "Перейти" }).click();
  await page.waitForURL(/\/sferum\/\d+\?at=\d+#m\d+$/);
  await teacher.close();
});

test("people and chats are found on a phone, and an empty result says what to try", async () => {
  const parent = await openPerson(here.browser, here.demo.url, { width: 360, height: 760, dark: true });
  await parent.signIn(here.demo.person("guardian"));
  const { page } = parent;
  await page.getByRole("navigation", { name: "Главное меню" }).getByRole("link", { name: /^Сферум/ }).click();
  const field = page.getByRole("searchbox", { name: "Люди, чаты, слова" });
  await field.fill("громов");
  await field.press("Enter");
  await page.getByRole("heading", { level: 2, name: "Люди" }).waitFor();
  await page.getByText("Громова Ольга Павловна").waitFor();
  await sound(parent);
  const again = page.getByRole("searchbox", { name: "Что найти" });
  await again.fill("родители");
  await page.getByRole("button", { name: "Найти" }).click();
  await page.getByRole("heading", { level: 2, name: "Чаты" }).waitFor();
  await again.fill("абракадабра");
  await page.getByRole("button", { name: "Найти" }).click();
  await page.getByRole("heading", { level: 2, name: "Ничего не нашлось" }).waitFor();
  await sound(parent);
  await page.getByRole("link", { name: "Все чаты" }).click();
  await page.getByRole("heading", { level: 1, name: "Сферум" }).waitFor();
  await parent.close();
});
