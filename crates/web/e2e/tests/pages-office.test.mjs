// The pages of those who run the school.
import { stage } from "../harness.mjs";
import { testPages } from "./page-steps.mjs";

testPages(stage(), [
  ["head_of_studies", null, ["/substitutions", "/school-timetable"]],
  ["safeguarding_lead", null, ["/safety", "/profile", "/profile/sign-ins"]],
  ["administrator", null, ["/admin", "/admin/people", "/admin/people/{}", "/admin/people/{}/sign-ins", "/admin/people/new", "/admin/backup", "/admin/applications", "/admin/applications/new", "/admin/slips", "/admin/slips/{}", "/admin/import", "/admin/import/{}", "/admin/sessions", "/admin/audit", "/admin/links", "/admin/sms"]],
]);
