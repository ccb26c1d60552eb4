// A call as large as a class: thirty synthetic members of the program `bench` beside two real pages, and a second call at
// once. What the pages decode, that neither call knows of the other, and what other pages wait meanwhile (CALL-E13).
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { binary } from "../../harness.mjs";
import { STRICT, callStage, colourOf, counts, grown, inside, join, openCaller, seen, startCall, switchOn, until } from "../call-steps.mjs";

const bench = process.env.ZVONOK_BENCH ?? path.join(path.dirname(binary), "bench");
const MEMBERS = Number(process.env.ZVONOK_MEMBERS ?? 30);
/** How many of them show themselves and speak. */
const SEND = 4;
/** The same in the second call, where all do. */
const OTHERS = 3;
const SECONDS = 20;

const crowds = [];
const here = callStage();
before(async () => {
  assert.ok(existsSync(bench), `${bench} is not there: cargo build -p bench`);
});
after(async () => {
  for (const crowd of crowds) crowd.end();
});

const numberOf = (address) => address.split("/").at(-1);

/** Gives sessions to members of a call's chat, while the server is down; where they are kept. */
async function prepare(address, count) {
  const call = numberOf(address);
  const file = path.join(here.demo.data, `members-${call}.json`);
  const { stdout } = await promisify(execFile)(bench, ["members", "prepare", "--db", path.join(here.demo.data, "zvonok.db"), "--call", call, "--count", `${count}`]);
  await writeFile(file, stdout);
  return file;
}

/** Lets them in: `joined` and `ended` are what the program says. */
function enter(address, sessions, send) {
  const options = ["--url", here.demo.url, "--call", numberOf(address), "--sessions", sessions, "--cameras", `${send}`, "--voices", `${send}`];
  const program = spawn(bench, ["members", "join", ...options], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value } = await lines.next();
    assert.ok(value, "the members have ended without a word");
    return JSON.parse(value);
  };
  const crowd = {
    joined: next,
    /** Ends them; what came to them. */
    async ended() {
      program.stdin.end();
      return next();
    },
    end: () => program.kill(),
  };
  crowds.push(crowd);
  return crowd;
}

/** How long an ordinary page takes, a hundred times, ten a second; a server that has just started is warmed up first. */
async function waits(cookies) {
  const headers = { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "), accept: "text/html" };
  const took = [];
  for (let n = -20; n < 100; n += 1) {
    const from = performance.now();
    const answer = await fetch(`${here.demo.url}/sferum`, { headers });
    await answer.text();
    assert.equal(answer.status, 200);
    if (n >= 0) took.push(performance.now() - from);
    await new Promise((done) => setTimeout(done, 100));
  }
  took.sort((a, b) => a - b);
  return { p50: took[49], p99: took[98] };
}

/** Everybody on the list of the call, which is open on the pages of those who lead. */
const listed = (person) => person.page.evaluate(() => [...document.querySelectorAll("#callers b")].map((one) => one.textContent.replace(" (вы)", "")));
/** What stands on others' tiles. */
const pictures = async (person) => Object.entries(await seen(person.page)).filter(([name, one]) => name !== "Вы" && one).map(([, one]) => (Math.max(...one.rgb) - Math.min(...one.rgb) < 40 ? "grey" : colourOf(one))).sort();

/** On how many lines anything comes at the moment. */
const flowing = (page) =>
  page.evaluate(async () => {
    const one = window.connections.findLast((each) => each.connectionState === "connected");
    const came = async () => [...(await one.getStats()).values()].filter((each) => each.type === "inbound-rtp");
    const before = new Map((await came()).map((line) => [line.id, line.packetsReceived]));
    await new Promise((done) => setTimeout(done, 2_000));
    const lines = (await came()).filter((line) => line.packetsReceived > (before.get(line.id) ?? 0));
    return { audio: lines.filter((line) => line.kind === "audio").length, video: lines.filter((line) => line.kind === "video").length };
  });

const rounded = (figures) => JSON.stringify(figures, (_, value) => (typeof value === "number" ? Math.round(value * 10) / 10 : value));

test("thirty members beside two pages, and another call that knows nothing of them", { timeout: 600_000 }, async () => {
  // CALL-E13, CALL-E1, CALL-I1
  const teacher = await openCaller(here, here.demo.person("class_teacher"), { colour: "red", tone: 300 });
  const mother = await openCaller(here, here.demo.person("guardian"), { colour: "green", tone: 500 });
  const head = await openCaller(here, here.demo.person("head_of_studies"), { colour: "blue", tone: 800 });
  const address = await startCall(teacher, "Родители 6 «А»");
  const other = await startCall(head, "Родители 5 «А»");
  await here.demo.end();
  const [sessions, others] = [await prepare(address, MEMBERS), await prepare(other, OTHERS)];
  here.demo = await here.demo.again();
  const cookies = await teacher.context.cookies();
  const alone = await waits(cookies);
  // What browsers complained of while there was no server.
  for (const person of [teacher, mother, head]) person.takeFaults();
  for (const [person, where] of [[teacher, address], [mother, address], [head, other]]) {
    await join(person, where);
    await inside(person);
    await switchOn(person, "Микрофон");
    await switchOn(person, "Камера");
  }
  const small = await waits(cookies);

  const second = enter(other, others, OTHERS);
  assert.equal((await second.joined()).joined, OTHERS);
  const first = enter(address, sessions, SEND);
  const { joined, seconds } = await first.joined();
  assert.equal(joined, MEMBERS);
  const grey = (count) => Array(count).fill("grey");
  const whole = async (person, all) => until(() => pictures(person), (now) => now.join() === all.join(), all.join(), STRICT ? 30_000 : 75_000);
  await whole(teacher, ["green", ...grey(SEND)]);
  await whole(mother, [...grey(SEND), "red"]);
  await whole(head, grey(OTHERS));

  const measured = [teacher, mother, head].map((person) => grown(person.page, SECONDS * 1_000));
  const busy = await waits(cookies);
  const came = await Promise.all(measured);
  for (const [n, more] of came.entries()) {
    const name = ["teacher", "mother", "head"][n];
    console.log(`${name}: ${rounded({ frames: more.frames, samples: more.samples, packets: more.packets, lost: more.lost, lostPercent: (more.lost / more.packets) * 100, concealedPercent: (more.concealed / more.samples) * 100 })}`);
  }
  // Each picture and each voice goes on, and hardly anything of them is lost.
  for (const [more, pictures] of [[came[0], SEND + 1], [came[1], SEND + 1], [came[2], OTHERS]]) {
    const text = JSON.stringify(more);
    assert.ok(more.frames > pictures * SECONDS * (STRICT ? 12 : 1), text);
    assert.ok(more.samples > pictures * SECONDS * 48_000 * 0.9, text);
    assert.ok(more.lost <= more.packets * (STRICT ? 0.005 : 0.05), text);
    assert.ok(more.concealed <= more.samples * (STRICT ? 0.02 : 0.1), text);
  }
  assert.ok(came[0].energy > 0.001 && came[1].energy > 0.001, "the pages hear each other");
  assert.ok(came[2].energy < 0.001, "nobody of the second call has a voice that sounds");

  // Neither call knows of the other: who is in, what is seen, what ever came.
  const [ofOne, ofOther] = await Promise.all([teacher, head].map(listed));
  assert.deepEqual([ofOne.length, ofOther.length], [MEMBERS + 2, OTHERS + 1]);
  assert.deepEqual(ofOther.filter((name) => ofOne.includes(name)), []);
  assert.deepEqual(await pictures(head), grey(OTHERS));
  for (const [person, most] of [[teacher, SEND + 1], [mother, SEND + 1], [head, OTHERS]]) {
    assert.deepEqual(await flowing(person.page), { audio: most, video: most }, "lines on which anything comes");
    const now = await counts(person.page);
    assert.match(now.tls, /FEFD|FEFC/i);
    assert.match(now.srtp, /AEAD/);
  }
  const theirs = await second.ended();
  for (const person of [teacher, mother, head]) {
    person.clean();
    await person.close();
  }
  // For two minutes the call goes on without its leader: the same members, and no browser that takes the processor.
  const left = await waits(cookies);
  const ours = await first.ended();
  console.log(`all in after ${seconds.toFixed(1)} s; ${rounded(ours)}; beside them ${rounded(theirs)}`);
  assert.deepEqual([ours.members, theirs.people], [MEMBERS, OTHERS + 1]);
  assert.deepEqual([ours.foreign, theirs.foreign], [0, 0], "packets of the other call");
  assert.ok(ours.least_voices >= SEND - 1 && ours.least_pictures >= SEND - 1 && ours.least_of_browsers > 0, "everybody got everything");
  assert.ok(ours.lost <= ours.expected * (STRICT ? 0.005 : 0.05), `${ours.lost} of ${ours.expected}`);

  // The members share the machine with the server, and browsers do too; so only a quiet one is held to it.
  console.log(`/sferum in ms: ${rounded({ alone, "two pages": small, "and all members": busy, "members without pages": left })}`);
  if (STRICT) assert.ok(left.p99 <= 2 * alone.p99, `p99 ${left.p99} ms beside the call, ${alone.p99} ms without one`);
});
