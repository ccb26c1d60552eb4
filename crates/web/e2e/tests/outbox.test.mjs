// What is written while the line is down: it waits, it goes out once and in its order, whatever dies meanwhile.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { binary, openPerson, stage } from "../harness.mjs";
import { onlyTheLine, openChat, said, say, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";
const zvonok = promisify(execFile);

const here = stage();

/** Writes without waiting for anything but the own bubble. */
async function write(page, text) {
  await page.getByRole("textbox", { name: "Сообщение" }).fill(text);
  await page.getByRole("button", { name: "Отправить", exact: true }).click();
  await page.getByRole("log").getByText(text, { exact: true }).waitFor();
}

/** How often the open chat shows a text. */
const times = (page, text) => page.getByRole("log").getByText(text, { exact: true }).count();

/** The texts of the chat among these, in the order of the page. */
async function order(page, texts) {
  const all = await page.getByRole("log").getByRole("listitem").allInnerTexts();
  return all.flatMap((one) => texts.filter((text) => one.split("\n").includes(text)));
}

test("what two tabs wrote offline goes out once after the server was killed and a tab was closed", async () => {
  // MSG-E2, MSG-E3, MSG-I2
  const parent = await openPerson(here.browser, here.demo.url);
  const teacher = await openPerson(here.browser, here.demo.url);
  await parent.signIn(here.demo.person("guardian"));
  await teacher.signIn(here.demo.person("class_teacher"));
  await openChat(parent.page, CHAT);
  await openChat(teacher.page, CHAT);
  const address = parent.page.url();
  const other = await parent.context.newPage();
  await other.goto(address);
  await other.getByRole("textbox", { name: "Сообщение" }).waitFor();

  await parent.context.setOffline(true);
  await here.demo.crash();
  await write(parent.page, "первое без сети");
  await write(parent.page, "второе без сети");
  await write(other, "третье, из другой вкладки");
  await parent.page.getByRole("log").getByText("ждёт сети").first().waitFor();
  assert.equal(await times(teacher.page, "первое без сети"), 0);
  // The tab is gone with nothing sent; what it had is the device's, not the tab's.
  await parent.page.close();
  here.demo = await here.demo.again();
  await parent.context.setOffline(false);
  const page = await parent.context.newPage();
  await page.goto(address);

  const texts = ["первое без сети", "второе без сети", "третье, из другой вкладки"];
  for (const text of texts) {
    await said(teacher.page, text);
    await said(page, text);
    await said(other, text);
  }
  await page.getByRole("log").getByText("ждёт сети").first().waitFor({ state: "hidden" });
  // A round of the outboxes later there is still one of each, in the order of their writing.
  await say(teacher.page, "всё дошло");
  await said(page, "всё дошло");
  await said(other, "всё дошло");
  for (const one of [teacher.page, page, other]) {
    assert.deepEqual(await order(one, texts), texts);
  }
  await page.reload();
  assert.deepEqual(await order(page, texts), texts);
  assert.equal(await page.getByRole("log").getByText("ждёт сети").count(), 0);
  onlyTheLine(parent);
  onlyTheLine(teacher);
  await parent.close();
  await sound(teacher);
  await teacher.close();
});

test("a server that is killed while messages go out neither loses nor repeats one", async () => {
  // MSG-I1, MSG-I2, MSG-E2
  const parent = await openPerson(here.browser, here.demo.url);
  const teacher = await openPerson(here.browser, here.demo.url);
  await parent.signIn(here.demo.person("guardian"));
  await teacher.signIn(here.demo.person("class_teacher"));
  await openChat(parent.page, CHAT);
  await openChat(teacher.page, CHAT);
  const texts = [];
  for (let n = 1; n <= 12; n += 1) {
    texts.push(`под огнём ${n}`);
    await write(parent.page, texts.at(-1));
    if (n % 4 === 2) {
      await here.demo.crash();
      here.demo = await here.demo.again();
    }
  }
  for (const text of texts) {
    await said(parent.page, text);
    await said(teacher.page, text);
  }
  await parent.page.getByRole("log").getByText("ждёт сети").waitFor({ state: "hidden" });
  assert.deepEqual(await order(teacher.page, texts), texts);
  await parent.page.reload();
  assert.deepEqual(await order(parent.page, texts), texts);
  onlyTheLine(parent);
  onlyTheLine(teacher);
  await parent.close();
  await teacher.close();
});

test("over a restored copy every page starts afresh", async () => {
  // MSG-K4, MSG-B11
  const parent = await openPerson(here.browser, here.demo.url);
  const teacher = await openPerson(here.browser, here.demo.url);
  await parent.signIn(here.demo.person("guardian"));
  await teacher.signIn(here.demo.person("class_teacher"));
  await openChat(parent.page, CHAT);
  await openChat(teacher.page, CHAT);
  await say(teacher.page, "до копии");
  await said(parent.page, "до копии");
  const base = path.join(here.demo.data, "zvonok.db");
  const copy = path.join(here.demo.data, "copy.db");
  await zvonok(binary, ["backup", "--db", base, copy]);
  await say(teacher.page, "после копии");
  await said(parent.page, "после копии");

  await here.demo.crash();
  await zvonok(binary, ["restore", "--db", base, copy]);
  here.demo = await here.demo.again();
  // Nobody is left with what the school no longer has, and what comes now comes to everybody.
  for (const one of [parent, teacher]) {
    await one.page.getByRole("log").getByText("после копии", { exact: true }).waitFor({ state: "hidden" });
    await said(one.page, "до копии");
  }
  await say(teacher.page, "и снова вместе");
  await said(parent.page, "и снова вместе");
  await say(parent.page, "слышу");
  await said(teacher.page, "слышу");
  assert.equal(await times(parent.page, "после копии"), 0);
  onlyTheLine(parent);
  onlyTheLine(teacher);
  await sound(parent);
  await parent.close();
  await teacher.close();
});
