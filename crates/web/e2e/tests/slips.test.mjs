// Slips: the class teacher prints for the class, a parent takes the slip and comes in; the same without scripts.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { press, sound } from "./steps.mjs";

const here = stage();

/** Login, code and the address of the picture of one slip of the sheet. */
async function read(slip) {
  const [, login, code] = await slip.getByRole("definition").allTextContents();
  return { login, code };
}

/** Takes a slip to the page of the first sign-in. */
async function redeem(page, { login, code }) {
  await page.goto("/slip");
  await page.getByLabel("Логин").fill(login);
  await page.getByLabel("Код с листка").fill(code.toLowerCase().replaceAll("-", " "));
  await page.getByLabel("Новый пароль", { exact: true }).fill("рыжий зонт у двери");
  await page.getByLabel("Новый пароль ещё раз").fill("рыжий зонт у двери");
  await press(page, "Сохранить и войти");
}

for (const scripts of [true, false]) {
  test(`a class teacher prints slips, ${scripts ? "on a desk" : "on a phone without scripts"}`, async () => {
    const teacher = await openPerson(here.browser, here.demo.url, scripts ? {} : { scripts, width: 360 });
    await teacher.signIn(here.demo.person("class_teacher"));
    const { page } = teacher;
    await page.goto("/today");
    const address = await page.getByRole("link", { name: /^Класс 6/, includeHidden: true }).first().getAttribute("href");
    await page.goto(address);
    await press(page, "Листки для входа");
    if (scripts) await sound(teacher);
    await press(page, "никого");
    const parent = page.getByRole("row", { name: /мать: Вероника/ });
    await parent.getByRole("checkbox").check();
    await page.getByRole("checkbox", { name: "Беляева Софья" }).check();
    await press(page, "Выдать листки отмеченным");
    const slips = page.getByRole("article");
    assert.equal(await slips.count(), 2);
    if (scripts) {
      await sound(teacher);
      await page.getByRole("button", { name: "Напечатать" }).waitFor();
      // A sheet of A4 takes eight of them: half its width and a quarter of its height each.
      await page.emulateMedia({ media: "print" });
      const box = await slips.first().boundingBox();
      assert.ok(Math.abs(box.height / (66 * 96 / 25.4) - 1) < 0.05, `${box.height} px high`);
      await page.emulateMedia({ media: "screen" });
    } else {
      assert.equal(await page.getByRole("button", { name: "Напечатать" }).count(), 0, "no dead button");
    }
    const slip = await read(slips.first());
    await press(page, "Готово");
    teacher.clean();

    const pupil = await openPerson(here.browser, here.demo.url);
    await redeem(pupil.page, slip);
    await pupil.page.getByRole("heading", { level: 1 }).waitFor();
    assert.match(pupil.page.url(), /diary/);
    pupil.clean();
    await pupil.close();
    await page.reload();
    await page.getByRole("row", { name: /Беляева Софья/ }).getByText("входит с паролем").waitFor();
    await teacher.close();
  });
}

test("the administrator prints for a class and finds the deed in the journal", async () => {
  const admin = await openPerson(here.browser, here.demo.url);
  await admin.signIn(here.demo.person("administrator"));
  const { page } = admin;
  await page.goto("/admin/people");
  await press(page, "Листки для входа");
  await sound(admin);
  await press(page, "Сотрудники");
  await sound(admin);
  await press(page, "Выдать листки отмеченным");
  await sound(admin);
  await press(page, "Ко всем листкам");
  await page.goto("/admin/audit");
  await page.getByRole("row").filter({ hasText: "Выданы листки" }).first().waitFor();
  admin.clean();
  await admin.close();
});
