// Files of a chat, in two browsers: a photo without its place, a break in the middle of an upload, a voice note.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { openChat, sound } from "./steps.mjs";

const CHAT = "Родители 6 «А»";
const PLACE = "55.7558 N 37.6173 E";

const here = stage({ switches: ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"] });

/** A photo as a camera makes it: a real JPEG, drawn by the browser, with a place in its Exif. */
async function photo(page) {
  const plain = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(900, 600);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#3a7";
    pen.fillRect(0, 0, 900, 600);
    const blob = await canvas.convertToBlob({ type: "image/jpeg" });
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  const exif = Buffer.concat([Buffer.from("Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0", "latin1"), Buffer.from(PLACE)]);
  const head = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255]);
  return Buffer.concat([Buffer.from(plain.slice(0, 2)), head, exif, Buffer.from(plain.slice(2))]);
}

test("a photo is seen by the other and has lost its place", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  const parent = await openPerson(here.browser, here.demo.url, { width: 360, height: 760, dark: true });
  await teacher.signIn(here.demo.person("class_teacher"));
  await parent.signIn(here.demo.person("guardian"));
  await openChat(teacher.page, CHAT);
  await openChat(parent.page, CHAT);
  const buffer = await photo(teacher.page);
  assert.ok(buffer.includes(PLACE));

  const [chooser] = await Promise.all([
    teacher.page.waitForEvent("filechooser"),
    teacher.page.getByRole("link", { name: "Прикрепить файл" }).click(),
  ]);
  await chooser.setFiles({ name: "Экскурсия.jpg", mimeType: "image/jpeg", buffer });
  await teacher.page.getByText("Экскурсия.jpg").waitFor();
  await teacher.page.getByRole("button", { name: "Отправить", exact: true }).click();
  for (const one of [teacher, parent]) {
    const image = one.page.getByRole("img", { name: "Экскурсия.jpg" });
    await image.waitFor();
    assert.deepEqual(await image.evaluate((it) => [it.getAttribute("width"), it.getAttribute("height")]), ["280", "186"]);
    await one.page.waitForFunction(() => [...document.querySelectorAll(".file-picture img")].every((it) => it.complete && it.naturalWidth === 640));
  }
  const href = await parent.page.getByRole("link", { name: "Экскурсия.jpg" }).getAttribute("href");
  for (const address of [href, `${href}/thumb`]) {
    const answer = await parent.context.request.get(address);
    const bytes = await answer.body();
    assert.equal(answer.headers()["content-type"], "image/jpeg");
    assert.ok(bytes.length > 500 && !bytes.includes(PLACE) && !bytes.includes("Exif"), address);
  }
  await sound(teacher);
  await sound(parent);
  await parent.page.getByRole("link", { name: "Файлы чата" }).click();
  await parent.page.getByRole("heading", { level: 1, name: "Файлы чата" }).waitFor();
  await parent.page.getByRole("link", { name: "Экскурсия.jpg", exact: true }).waitFor();
  await sound(parent);
  await teacher.close();
  await parent.close();
});

test("an upload goes on after a break in its middle", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  await teacher.signIn(here.demo.person("class_teacher"));
  await openChat(teacher.page, CHAT);
  const content = Buffer.alloc(3 * 1024 * 1024, "Домашнее чтение. ");
  const seen = [];
  let broken = false;
  await teacher.page.route(/\/files\/\d+\/parts\/(\d+)$/, async (route) => {
    const n = Number(route.request().url().split("/").at(-1));
    if (seen.length === 20 && !broken) {
      broken = true;
      return route.abort("connectionreset");
    }
    seen.push(n);
    return route.continue();
  });
  await teacher.page.locator("#pick").setInputFiles({ name: "Книга.txt", mimeType: "text/plain", buffer: content });
  // Sent at once: the message waits for its file.
  await teacher.page.getByRole("textbox", { name: "Сообщение" }).fill("Вот книга");
  await teacher.page.getByRole("button", { name: "Отправить", exact: true }).click();
  const link = teacher.page.getByRole("link", { name: /Книга\.txt/ });
  await link.waitFor({ timeout: 60_000 });
  assert.ok(broken && new Set(seen).size === 48, `${broken} ${seen.length}`);
  assert.ok(seen.length < 60, `what had arrived is not sent again: ${seen.length}`);
  const answer = await teacher.context.request.get(await link.getAttribute("href"));
  assert.ok(Buffer.compare(await answer.body(), content) === 0);
  assert.match(answer.headers()["content-disposition"], /^attachment/);
  assert.equal(await teacher.page.locator("#tray li").count(), 0);
  await teacher.context.close();
});

test("a voice note is recorded, sent and played", async () => {
  const teacher = await openPerson(here.browser, here.demo.url);
  await teacher.context.grantPermissions(["microphone"], { origin: here.demo.url });
  await teacher.signIn(here.demo.person("class_teacher"));
  await openChat(teacher.page, CHAT);
  await teacher.page.getByRole("button", { name: "Записать голосовое" }).click();
  await teacher.page.getByText("Идёт запись 0:01").waitFor();
  await teacher.page.getByRole("button", { name: "Готово" }).click();
  await teacher.page.getByText(/Голосовое сообщение, 0:0/).waitFor();
  await teacher.page.getByRole("button", { name: "Отправить", exact: true }).click();
  const player = teacher.page.locator("audio").last();
  await player.waitFor();
  const played = await player.evaluate(async (audio) => {
    audio.muted = true;
    await audio.play();
    return audio.error === null;
  });
  assert.ok(played);
  await sound(teacher);
  await teacher.close();
});
