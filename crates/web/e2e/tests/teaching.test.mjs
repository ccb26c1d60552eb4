// The lesson page of a teacher and a substitution of the head of studies, felt in open diaries.
import { test } from "node:test";
import { stage } from "../harness.mjs";
import { press, sound } from "./steps.mjs";

const here = stage();

const open = (role, variant = null) => here.open(role, { variant });

test("a teacher writes topic, homework, attendance and a mark", async () => {
  const teacher = await open("class_teacher");
  const { page } = teacher;
  await page.goto("/today");
  await sound(teacher);
  await page.getByRole("listitem").filter({ hasText: "6 «А»" }).getByRole("link").first().click();
  await page.getByRole("heading", { name: "Тема и задание" }).waitFor();
  await page.getByLabel("Тема урока").fill("Сложение дробей");
  await page.getByLabel("Домашнее задание").fill("№ 217, 219");
  await press(page, "Сохранить тему и задание");
  await page.getByLabel("Название, если нужно").fill("Проба у доски");
  await press(page, "Добавить работу");
  const row = page.getByRole("row").filter({ hasText: "Ильина" });
  await row.getByLabel(/: оценка 1$/).fill("5");
  await page.getByRole("row").filter({ hasText: "Фомин" }).getByRole("combobox").selectOption("absent");
  await press(page, /^Сохранить посещаемость/);
  await sound(teacher);

  const pupil = await open("pupil", 1);
  await pupil.page.goto("/subjects");
  await pupil.page.getByRole("link", { name: "Математика" }).first().click();
  await pupil.page.getByRole("row").filter({ hasText: "Проба у доски" }).getByText("5").first().waitFor();
  pupil.clean();
  await pupil.close();
  await teacher.close();
});

test("a substitution appears in an open diary without a reload", async () => {
  const pupil = await open("pupil", 1);
  await pupil.page.goto("/diary/day/2026-10-15");
  const day = pupil.page.getByRole("region", { name: "Четверг, 15 октября" });
  await day.waitFor();
  const before = await day.getByText("замена").count();

  const head = await open("head_of_studies");
  const { page } = head;
  await page.goto("/substitutions?date=2026-10-15");
  await page.getByRole("navigation", { name: "Класс", exact: true }).getByRole("link", { name: "6 «А»" }).click();
  await page.getByRole("link", { name: /^Заменить или отменить/ }).first().click();
  await page.getByLabel("Причина", { exact: true }).fill("учитель на семинаре");
  await press(page, "Поставить замену");
  await page.getByRole("heading", { name: "Сейчас урок изменён" }).waitFor();
  await sound(head);

  await day.getByText("замена").nth(before).waitFor();
  pupil.clean();
  await pupil.close();
  await head.close();
});
