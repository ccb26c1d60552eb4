// Every page that a role can reach by links: axe is silent, nothing scrolls sideways, the console is empty,
// on a phone and on a desk, by day and by night.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";

const here = stage();

/** Pages of one kind are one: numbers and dates in an address do not matter. */
const kind = (address) => address.pathname.replace(/\/[0-9][^/]*/g, "/{}");

/** Looks at the open page in each of the four lights and widths; what is wrong, as lines. */
async function look(person) {
  const wrong = person.takeFaults().map((line) => `${person.page.url()}: ${line}`);
  for (const width of [1280, 360]) {
    await person.page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ["light", "dark"]) {
      await person.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const at = `${person.page.url()} ${width} ${colorScheme}`;
      for (const check of [person.axe, person.fits]) {
        try {
          await check.call(person);
        } catch (error) {
          wrong.push(`${at}: ${(Array.isArray(error.actual) ? error.actual : error.message).toString()}`);
        }
      }
    }
  }
  return wrong;
}

/** Walks the links of a person's pages, each kind of page once. */
async function walk(person, first) {
  const seen = new Set();
  const waiting = [...first];
  const wrong = [];
  while (waiting.length > 0) {
    const next = new URL(waiting.shift(), here.demo.url);
    if (next.origin !== here.demo.url || seen.has(kind(next))) continue;
    seen.add(kind(next));
    await person.page.setViewportSize({ width: 1280, height: 800 });
    const answer = await person.page.goto(next.href);
    if (!answer?.headers()["content-type"]?.startsWith("text/html")) continue;
    seen.add(kind(new URL(person.page.url())));
    wrong.push(...(await look(person)));
    const links = await person.page.getByRole("link", { includeHidden: true }).evaluateAll((all) => all.map((link) => link.href));
    waiting.push(...links);
  }
  assert.deepEqual([...new Set(wrong)], []);
  return seen;
}

test("pages of those who are not signed in", async () => {
  const nobody = await openPerson(here.browser, here.demo.url);
  await walk(nobody, ["/signin", "/slip", "/demo/phone"]);
  await nobody.close();
});

for (const [role, variant, must] of [
  ["pupil", 1, ["/diary", "/diary/day/{}", "/subjects", "/subjects/{}", "/homework", "/timetable", "/profile"]],
  ["guardian", null, ["/diary", "/subjects/{}", "/homework", "/timetable", "/sferum", "/sferum/{}", "/sferum/{}/{}", "/reports"]],
  ["teacher", null, ["/today", "/gradebook", "/gradebook/{}", "/lessons/{}", "/sferum"]],
  ["class_teacher", null, ["/today", "/gradebook", "/sferum", "/classes/{}", "/classes/{}/slips"]],
  ["head_of_studies", null, ["/substitutions", "/school-timetable"]],
  ["safeguarding_lead", null, ["/safety", "/profile", "/profile/sign-ins"]],
  ["administrator", null, ["/admin", "/admin/people", "/admin/people/{}", "/admin/people/{}/sign-ins", "/admin/people/new", "/admin/backup", "/admin/applications", "/admin/applications/new", "/admin/slips", "/admin/slips/{}", "/admin/import", "/admin/import/{}", "/admin/sessions", "/admin/audit", "/admin/links", "/admin/sms"]],
]) {
  test(`pages of the ${role}`, async () => {
    const person = await openPerson(here.browser, here.demo.url);
    await person.signIn(here.demo.person(role, variant));
    const seen = await walk(person, ["/", "/profile"]);
    assert.deepEqual(must.filter((page) => !seen.has(page)), []);
    await person.close();
  });
}
