// The pages of a school's people, and of whoever is not signed in.
import { test } from "node:test";
import { openPerson, stage } from "../harness.mjs";
import { testPages, walk } from "./page-steps.mjs";

const here = stage();

test("pages of those who are not signed in", async () => {
  const nobody = await openPerson(here.browser, here.demo.url);
  await walk(here, nobody, ["/signin", "/slip", "/demo/phone"]);
  await nobody.close();
});

testPages(here, [
  ["pupil", 1, ["/diary", "/diary/day/{}", "/subjects", "/subjects/{}", "/homework", "/timetable", "/profile"]],
  ["guardian", null, ["/diary", "/subjects/{}", "/homework", "/timetable", "/sferum", "/sferum/calls", "/sferum/{}", "/sferum/{}/{}", "/reports"]],
  ["teacher", null, ["/today", "/gradebook", "/gradebook/{}", "/lessons/{}", "/sferum"]],
  ["class_teacher", null, ["/today", "/gradebook", "/sferum", "/sferum/calls", "/classes/{}", "/classes/{}/slips"]],
]);
