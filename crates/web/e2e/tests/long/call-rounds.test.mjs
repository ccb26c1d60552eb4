// Fifty times in and out: what a call holds returns to what it was (CALL-E10).
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { callStage, colourOf, control, counts, inside, join, openCaller, seen, shows, startCall, switchOn, timed, until } from "../call-steps.mjs";

const ROUNDS = Number(process.env.ZVONOK_ROUNDS ?? 50);

const here = callStage();

/** Resident memory of the server, in MiB. */
async function resident() {
  const status = await readFile(`/proc/${here.demo.pid}/status`, "utf8");
  return Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024;
}

test("fifty joins and leaves leave nothing behind", { timeout: 900_000 }, async () => {
  const teacher = await openCaller(here, here.demo.person("class_teacher"), { colour: "red" });
  const mother = await openCaller(here, here.demo.person("guardian"), { colour: "green" });
  await mother.context.addInitScript(timed);
  const address = await startCall(teacher, "Родители 6 «А»");
  await join(teacher, address);
  await inside(teacher);
  await switchOn(teacher, "Камера");
  const lines = (await counts(teacher.page)).lines;
  await join(mother, address);
  let began = 0;
  /** How long the first picture took in each round. */
  const pictures = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    await inside(mother);
    await switchOn(mother, "Камера");
    const tiles = await until(() => seen(teacher.page), (tiles) => Object.entries(tiles).some(([name, one]) => name !== "Вы" && colourOf(one) === "green"), `round ${round}: seen in green`, 75_000);
    assert.equal(Object.keys(tiles).length, 2);
    await shows(mother, await teacher.page.locator("#callers b").filter({ hasText: "(вы)" }).innerText().then((text) => text.replace(/ \(вы\)$/, "")), "red");
    const phases = await mother.page.evaluate(() => window.phases);
    pictures.push(phases.picture);
    if (phases.picture > 1_500) console.log(`round ${round}: ${JSON.stringify(phases)}`);
    await control(mother.page, "Выйти").click();
    await until(() => seen(teacher.page), (tiles) => Object.keys(tiles).length === 1, `round ${round}: the tile is gone`);
    if (round === 5) began = await resident();
    if (round < ROUNDS) await mother.page.getByRole("button", { name: "Попробовать снова" }).click();
  }
  assert.equal((await counts(teacher.page)).lines, lines, "no line was added");
  const ended = await resident();
  pictures.sort((a, b) => a - b);
  console.log(`first pictures: ${pictures[0]} ms at least, ${pictures[Math.floor(pictures.length / 2)]} in the middle, ${pictures.at(-1)} at most`);
  console.log(`resident after 5 rounds ${began.toFixed(1)} MiB, after ${ROUNDS} ${ended.toFixed(1)} MiB`);
  assert.ok(ended <= began + 12, `${began} MiB before, ${ended} MiB after`);
  teacher.clean();
  await mother.close();
  await teacher.close();
});
