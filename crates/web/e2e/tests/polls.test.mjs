// A poll in three browsers: made by the teacher, voted in by a parent, its numbers seen by others at once.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { openChat, said, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";

const here = stage();

/** Fills in the form of a poll and begins it. */
async function begin(person, question, options, marks = []) {
  await person.page.getByRole("link", { name: "Начать опрос" }).click();
  await person.page.getByRole("heading", { level: 1, name: "Новый опрос" }).waitFor();
  await person.page.getByLabel("Вопрос").fill(question);
  await person.page.getByLabel("Варианты ответа").fill(options.join("\n"));
  for (const mark of marks) await person.page.getByRole("checkbox", { name: mark }).check();
  await sound(person);
  await person.page.getByRole("button", { name: "Начать опрос" }).click();
  await person.page.getByRole("group", { name: question }).or(person.page.getByRole("list", { name: question })).first().waitFor();
}

test("one votes and the other sees it at once", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  const parent = await openPerson(here.browser, here.demo.url, { width: 360, height: 760, dark: true });
  await teacher.signIn(here.demo.person("class_teacher"));
  await parent.signIn(here.demo.person("guardian"));
  await openChat(parent.page, CHAT);
  await openChat(teacher.page, CHAT);

  await begin(teacher, "Куда поедем в субботу?", ["В музей", "В лес"]);
  const poll = parent.page.getByRole("group", { name: "Куда поедем в субботу?" });
  await poll.waitFor();
  await sound(parent);
  // By the keyboard: to the first option, down to the second, and send.
  await poll.getByRole("radio", { name: "В музей" }).focus();
  await parent.page.keyboard.press("Space");
  await parent.page.keyboard.press("ArrowDown");
  assert.equal(await poll.getByRole("radio", { name: "В лес" }).isChecked(), true);
  for (const option of ["В музей", "В лес"]) {
    const height = await poll.getByRole("radio", { name: option }).evaluate((radio) => radio.labels[0].getBoundingClientRect().height);
    assert.ok(height >= 44, `${option}: ${height}`);
  }
  await parent.page.keyboard.press("Enter");
  await parent.page.getByRole("button", { name: "Изменить голос" }).waitFor();
  const theirs = teacher.page.getByRole("group", { name: "Куда поедем в субботу?" });
  await theirs.getByText("1 голос, 100 %").waitFor();
  assert.ok((await theirs.getByRole("radio", { name: "В лес" }).getAttribute("aria-describedby")) !== null);

  // What is marked and not sent outlives the votes of others.
  await theirs.getByRole("radio", { name: "В музей" }).check();
  await poll.getByRole("radio", { name: "В музей" }).check();
  await parent.page.getByRole("button", { name: "Изменить голос" }).click();
  await theirs.getByText("0 голосов, 0 %").waitFor();
  assert.equal(await theirs.getByRole("radio", { name: "В музей" }).isChecked(), true);
  await teacher.page.getByRole("button", { name: "Проголосовать" }).click();
  await poll.getByText("2 голоса, 100 %").waitFor();
  await parent.page.getByRole("button", { name: "Отозвать голос" }).click();
  await theirs.getByText("1 голос, 100 %").waitFor();
  await sound(teacher);
  await sound(parent);

  // Answered, the question is quoted.
  const bubble = parent.page.getByRole("log").getByRole("listitem").filter({ hasText: "Куда поедем в субботу?" }).last();
  await bubble.getByRole("link", { name: "Подробнее о сообщении" }).click();
  await parent.page.getByRole("dialog", { name: "Действия с сообщением" }).getByRole("button", { name: "Ответить" }).click();
  await parent.page.getByRole("textbox", { name: "Сообщение" }).fill("В музее мы были");
  await parent.page.getByRole("button", { name: "Отправить", exact: true }).click();
  await said(teacher.page, "В музее мы были");

  await teacher.page.getByRole("link", { name: "Кто как проголосовал" }).click();
  await teacher.page.getByRole("heading", { level: 2, name: "В музей: 1" }).waitFor();
  await sound(teacher);
  await teacher.page.getByRole("link", { name: "К опросу" }).click();
  await teacher.page.getByRole("log").getByRole("listitem").filter({ hasText: "Кто как проголосовал" }).last().getByRole("link", { name: "Подробнее о сообщении" }).click();
  await teacher.page.getByRole("link", { name: "Подробнее", exact: true }).click();
  await sound(teacher);
  await teacher.page.getByRole("button", { name: "Закрыть опрос" }).click();
  await parent.page.getByText(/опрос закрыт/).waitFor();
  assert.equal(await poll.count(), 0, "nothing to press is left");
  await sound(parent);
  await teacher.close();
  await parent.close();
});

test("an anonymous poll tells numbers when it has ended, also without scripts", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  const parent = await openPerson(here.browser, here.demo.url, { width: 360, height: 760, scripts: false });
  await teacher.signIn(here.demo.person("class_teacher"));
  await parent.signIn(here.demo.person("guardian"));
  await openChat(teacher.page, CHAT);
  await begin(teacher, "Сдаём деньги на шторы?", ["Да", "Нет"], ["Анонимный опрос", "Один голос от семьи"]);
  await openChat(parent.page, CHAT);
  const poll = parent.page.getByRole("group", { name: "Сдаём деньги на шторы?" });
  await poll.getByRole("radio", { name: "Нет" }).check();
  await parent.page.getByRole("button", { name: "Проголосовать" }).last().click();
  await parent.page.getByText("голос от вашей семьи есть").waitFor();
  await teacher.page.getByText(/проголосовало семей: 1/).waitFor();
  const theirs = teacher.page.getByRole("list", { name: "Сдаём деньги на шторы?" });
  await theirs.waitFor();
  assert.equal(await theirs.getByText(/голос/).count(), 0, "numbers would tell whose vote it was");
  await teacher.close();
  await parent.close();
});
