// The administrator's import in a browser: looked at, loaded, taken back; wrong tables with every place named.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { openPerson, stage } from "../harness.mjs";
import { press, sound } from "./steps.mjs";

const fixtures = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../../../fixtures");

const here = stage();

/** The tables of a folder of fixtures. */
function tables(folder) {
  const inside = path.join(fixtures, folder);
  return readdirSync(inside).filter((name) => name.endsWith(".csv")).map((name) => path.join(inside, name));
}

/** A table of pupils with these rows. */
function pupils(...rows) {
  const text = ["Внешний ID;Фамилия;Имя;Дата рождения;Класс", ...rows, ""].join("\n");
  return { name: "Ученики.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
}

/** Chooses the files and sends them to be looked at. */
async function check(page, files) {
  await page.goto("/admin/import");
  await page.getByLabel("Файлы CSV, один или несколько").setInputFiles(files);
  await press(page, "Проверить таблицы");
}

for (const [scripts, id] of [[true, "901"], [false, "902"]]) {
  test(`tables are looked at, loaded and taken back ${scripts ? "on a desk" : "on a phone without scripts"}`, async () => {
    const admin = await openPerson(here.browser, here.demo.url, scripts ? {} : { scripts, width: 360 });
    await admin.signIn(here.demo.person("administrator"));
    const { page } = admin;
    await page.goto("/admin/import");
    if (scripts) await sound(admin);
    await check(page, pupils(`У-${id};Щукарев;Лев;05.09.2014;6А`));
    await page.getByRole("heading", { level: 1, name: "Таблицы в порядке" }).waitFor();
    await page.getByText("Что изменится", { exact: true }).click();
    await page.getByRole("listitem").filter({ hasText: "Щукарев Лев" }).waitFor();
    if (scripts) await sound(admin);
    await press(page, "Загрузить");
    await page.getByRole("status").filter({ hasText: "Таблицы загружены." }).waitFor();
    if (scripts) await sound(admin);
    await page.goto("/admin/people?name=Щукарев");
    await page.getByRole("link", { name: /^Щукарев Лев/ }).waitFor();
    await page.goto("/admin/import");
    await page.getByRole("link", { name: /^Загрузка [2-9]/ }).first().click();
    await page.getByRole("heading", { name: "Что записано" }).waitFor();
    if (scripts) await sound(admin);
    await press(page, "Отменить загрузку");
    await page.getByRole("status").filter({ hasText: "Загрузка отменена." }).waitFor();
    if (scripts) await sound(admin);
    await page.goto("/admin/people?name=Щукарев");
    await page.getByRole("heading", { name: "Никто не нашёлся" }).waitFor();
    // The demo's own import is in use everywhere: taking it back is refused, and the page says by what.
    await page.goto("/admin/import/1");
    await press(page, "Отменить загрузку");
    await page.getByRole("alert").filter({ hasText: "Загрузка не отменена" }).waitFor();
    if (scripts) await sound(admin);
    admin.clean();
    await admin.close();
  });
}

test("wrong tables are refused whole, and the page names every place", async () => {
  const admin = await openPerson(here.browser, here.demo.url);
  await admin.signIn(here.demo.person("administrator"));
  const { page } = admin;
  await check(page, tables("bad_import/wrong_columns"));
  await page.getByRole("heading", { level: 1, name: "В таблицах есть ошибки" }).waitFor();
  await page.getByRole("row", { name: /Сотрудники\.csv.*Имя.*столбец стоит дважды/ }).waitFor();
  await page.getByRole("row", { name: /Ученики\.csv.*Прозвище/ }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Загрузить" }).count(), 0);
  await sound(admin);

  await check(page, tables("bad_import/accepted_cp1251"));
  await page.getByText("кодировка Windows-1251").first().waitFor();
  await page.getByRole("combobox", { name: "Кодировка" }).selectOption("UTF-8");
  await press(page, "Прочитать в этой кодировке");
  await page.getByText("это не текст в кодировке UTF-8").first().waitFor();
  await sound(admin);

  await page.goto("/admin/import");
  await page.getByLabel("Файлы CSV, один или несколько").evaluate((input) => input.removeAttribute("required"));
  await press(page, "Проверить таблицы");
  await page.getByRole("alert").filter({ hasText: "Файлы не выбраны" }).waitFor();
  await sound(admin);

  const folder = await mkdtemp(path.join(tmpdir(), "zvonok-tables-"));
  await writeFile(path.join(folder, "Ученики.csv"), Buffer.alloc(30 * 1024 * 1024, "a"));
  await check(page, path.join(folder, "Ученики.csv"));
  await page.getByText("Больше 25 МБ за один раз не принимается").waitFor();
  assert.deepEqual(admin.takeFaults().filter((fault) => !fault.includes("413")), []);
  await rm(folder, { recursive: true });
  await admin.close();
});
