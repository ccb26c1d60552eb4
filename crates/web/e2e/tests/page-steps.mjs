// Every page that a role can reach by links: axe is silent, nothing scrolls sideways, the console is empty,
// on a phone and on a desk, by day and by night.
import { test } from "node:test";
import assert from "node:assert/strict";

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
export async function walk(here, person, first) {
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

/** A test for each role: the pages that it must have come by. */
export function testPages(here, roles) {
  for (const [role, variant, must] of roles) {
    test(`pages of the ${role}`, async () => {
      const person = await here.open(role, { variant });
      const seen = await walk(here, person, ["/", "/profile"]);
      assert.deepEqual(must.filter((page) => !seen.has(page)), []);
      await person.close();
    });
  }
}
