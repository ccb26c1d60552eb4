// What the eye and the hand meet: one day on a phone, the bell that is counted down, ticks, the first new message.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { sound } from "./steps.mjs";

const here = stage();

const open = (role, variant = null, look = {}) => here.open(role, { variant, ...look });

test("a phone shows one day of the week, and any other by its button", async () => {
  const pupil = await open("pupil", 1, { width: 360, height: 740 });
  const { page } = pupil;
  await page.goto("/diary");
  const day = (name) => page.getByRole("region", { name });
  await day("Среда, 14 октября").waitFor();
  assert.equal(await day("Понедельник, 12 октября").count(), 0);
  await page.getByRole("navigation", { name: "Дни" }).getByRole("link", { name: /12/ }).click();
  await day("Понедельник, 12 октября").waitFor();
  assert.equal(await day("Среда, 14 октября").count(), 0);
  await sound(pupil);
  await pupil.close();
});

test("the minutes to the bell are counted down on an open page", async () => {
  const pupil = await openPerson(here.browser, here.demo.url);
  const { page } = pupil;
  await page.clock.install();
  await pupil.signIn(here.demo.person("pupil", 1));
  await page.goto("/diary");
  const left = page.getByRole("region", { name: "Сейчас" }).getByText(/до звонка \d+ минут/);
  const minutes = async () => Number((await left.textContent()).match(/\d+/)[0]);
  const first = await minutes();
  await page.clock.fastForward("03:00");
  await page.waitForFunction(
    (least) => Number(document.querySelector("[data-left]").textContent.match(/\d+/)[0]) <= least,
    first - 3,
  );
  pupil.clean();
  await pupil.close();
});

test("a tick of homework is written without leaving the page, and the guardian's tick is a fact", async () => {
  const pupil = await open("pupil", 1);
  const { page } = pupil;
  await page.goto("/homework");
  await page.evaluate(() => (document.documentElement.dataset.kept = "yes"));
  const box = page.getByRole("checkbox", { name: /^Сделано:/, checked: false }).first();
  const name = await box.getAttribute("aria-label");
  const written = page.waitForResponse((answer) => answer.request().method() === "POST");
  await box.focus();
  await page.keyboard.press("Space");
  await written;
  await page.getByRole("checkbox", { name, exact: true, checked: true }).first().waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.kept), "yes");
  pupil.clean();
  await pupil.close();

  const guardian = await open("guardian");
  await guardian.page.goto("/homework");
  await guardian.page.getByRole("img", { name: "Ребёнок отметил: сделано" }).first().waitFor();
  await guardian.page.getByRole("img", { name: "Ребёнок ещё не отметил" }).first().waitFor();
  guardian.clean();
  await guardian.close();
});

test("in the holidays the week says so and links the last school week", async () => {
  const pupil = await open("pupil", 1);
  const { page } = pupil;
  await page.goto("/diary/2026-10-28");
  await page.getByRole("heading", { name: "Осенние каникулы" }).waitFor();
  await sound(pupil);
  await page.getByRole("link", { name: "Последняя учебная неделя" }).click();
  await page.getByRole("heading", { level: 1, name: "19–24 октября" }).waitFor();
  await pupil.close();
});

test("a chat opens at the first message that was not read, and the way down is one press", async () => {
  const guardian = await open("guardian");
  const { page } = guardian;
  const tab = page.getByRole("navigation", { name: "Главное меню" }).getByRole("link", { name: /^Сферум/ });
  assert.match(await tab.textContent(), /\d+ непрочитанных/);
  await page.goto("/sferum");
  await page.getByRole("main").getByRole("link", { name: /^Родители 6/ }).click();
  const line = page.getByText(/^новые сообщения · \d+$/);
  await line.waitFor();
  await page.waitForFunction(() => {
    const log = document.getElementById("chat-log").getBoundingClientRect();
    const fresh = document.getElementById("new-line").getBoundingClientRect();
    return fresh.top >= log.top - 1 && fresh.bottom <= log.bottom;
  });
  await sound(guardian);
  await page.getByRole("button", { name: /^К последним/ }).click();
  await page.getByRole("button", { name: /^К последним/ }).waitFor({ state: "hidden" });
  await guardian.close();
});

test("the class's table says its months, and a mean says what it is made of", async () => {
  const teacher = await open("class_teacher");
  const { page } = teacher;
  await page.goto("/gradebook");
  await page.getByRole("link", { name: "Математика, 6 «А»" }).click();
  await page.getByRole("columnheader", { name: "Сентябрь" }).waitFor();
  await page.getByRole("columnheader", { name: "Октябрь" }).waitFor();
  await page.getByRole("button", { name: /из чего сложился, Ильина/ }).click();
  await page.locator(":popover-open").getByText(/^\d+ : \d+ [=≈] \d,\d\d$/).waitFor();
  await page.keyboard.press("Escape");
  await sound(teacher);
  await teacher.close();
});
