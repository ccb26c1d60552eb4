// The diary as a pupil, a guardian, a teacher and the head of studies use it.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, picture, stage } from "../harness.mjs";
import { sound } from "./steps.mjs";

const here = stage();

const open = (role, variant = null, look = {}) => here.open(role, { variant, ...look });

const menu = (page) => page.getByRole("navigation", { name: "Главное меню" });

test("a pupil reads week, day, subject and timetable", async () => {
  const pupil = await open("pupil", 1);
  const { page } = pupil;
  await page.waitForURL(/\/diary/);
  const today = page.getByRole("region", { name: "Среда, 14 октября" });
  await today.getByText("сегодня").waitFor();
  await today.getByText("сейчас").waitFor();
  await page.getByRole("region", { name: "Сейчас" }).getByText(/до звонка/).waitFor();
  await sound(pupil);
  await picture(page, "diary-week");
  await page.getByRole("link", { name: "Предыдущая неделя" }).click();
  await page.getByRole("link", { name: "Эта неделя" }).click();
  await page.getByRole("link", { name: "Среда, 14 октября" }).click();
  await page.getByRole("heading", { level: 1, name: "Среда, 14 октября" }).waitFor();
  await menu(page).getByRole("link", { name: "Предметы" }).click();
  await page.getByRole("link", { name: "Математика" }).first().click();
  await page.getByRole("heading", { name: "Почему такой средний" }).waitFor();
  await page.getByText(/точно \d+/).first().waitFor();
  await sound(pupil);
  await picture(page, "diary-subject");
  await menu(page).getByRole("link", { name: "Расписание" }).click();
  await page.getByRole("heading", { level: 1, name: "Расписание" }).waitFor();
  await sound(pupil);
  await pupil.close();
});

test("a tick of homework stays", async () => {
  const pupil = await open("pupil", 1);
  const { page } = pupil;
  await menu(page).getByRole("link", { name: /^Задания/ }).click();
  const box = page.getByRole("checkbox", { name: /^Сделано:/, checked: false }).first();
  const name = await box.getAttribute("aria-label");
  await box.click();
  await page.getByRole("checkbox", { name, exact: true, checked: true }).first().waitFor();
  await page.reload();
  await page.getByRole("checkbox", { name, exact: true, checked: true }).first().waitFor();
  await sound(pupil);
  await pupil.close();
});

test("a tick of homework works without scripts", async () => {
  const pupil = await open("pupil", 2, { scripts: false });
  const { page } = pupil;
  await page.goto("/homework");
  const box = page.getByRole("checkbox", { name: /^Сделано:/, checked: false }).first();
  const name = await box.getAttribute("aria-label");
  await box.click();
  await page.getByRole("checkbox", { name, exact: true, checked: true }).first().waitFor();
  pupil.clean();
  await pupil.close();
});

test("a guardian of two children looks at one and then at the other", async () => {
  const guardian = await open("guardian");
  const { page } = guardian;
  const me = page.getByRole("banner").getByRole("group");
  for (const [child, classGroup] of [["Егор", "3 «А»"], ["Вероника", "6 «А»"]]) {
    await me.click();
    await page.getByRole("button", { name: `Родитель: ${child}` }).click();
    await page.waitForLoadState("load");
    await me.getByText(classGroup, { exact: false }).first().waitFor();
  }
  await page.waitForURL(/\/diary/);
  assert.equal(await page.getByRole("checkbox").count(), 0);
  await sound(guardian);
  await guardian.close();
});

test("a guardian with closed access sees no diary of the child", async () => {
  const guardian = await openPerson(here.browser, here.demo.url);
  await guardian.signIn(here.demo.people.find((one) => one.login === "ryzhov.k"));
  assert.equal(await guardian.page.getByText("Савв", { exact: false }).count(), 0);
  guardian.clean();
  await guardian.close();
});
