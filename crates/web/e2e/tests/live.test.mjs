// The live channel as a page holds it: a line that died without a word, and a server that comes back.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openPerson, stage } from "../harness.mjs";
import { onlyTheLine, openChat, said, say } from "./steps.mjs";

const CHAT = "Родители 6 «А»";

const here = stage();

test("a page that hears nothing for a while connects anew and misses nothing", async () => {
  // MSG-E9: a phone that slept holds a socket that is dead and does not know it.
  const teacher = await here.open("class_teacher");
  const parent = await openPerson(here.browser, here.demo.url);
  const { page } = parent;
  await page.clock.install();
  // Sockets up to this one hear nothing more.
  let deaf = 0;
  let sockets = 0;
  await page.routeWebSocket(/\/live/, (socket) => {
    const own = (sockets += 1);
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (own > deaf) socket.send(message);
    });
  });
  await parent.signIn(here.demo.person("guardian"));
  await openChat(teacher.page, CHAT);
  await openChat(page, CHAT);
  await say(teacher.page, "слышно");
  await said(page, "слышно");
  deaf = sockets;
  await say(teacher.page, "в тишину");
  assert.equal(await page.getByRole("log").getByText("в тишину").count(), 0);
  await page.clock.runFor(60_000);
  await said(page, "в тишину");
  assert.equal(sockets, deaf + 1, "one new line");
  parent.takeFaults();
  await parent.close();
  await teacher.close();
});

test("a server that comes back is asked for the line alone", async () => {
  // MSG-E10: no page, list or fragment is loaded by those who have missed nothing.
  const parent = await here.open("guardian");
  await openChat(parent.page, CHAT);
  const asked = [];
  parent.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await here.demo.end();
  here.demo = await here.demo.again();
  await parent.page.waitForEvent("websocket", (socket) => socket.url().includes("/live"));
  const teacher = await here.open("class_teacher");
  // Until the line stands: what comes is heard by it.
  await openChat(teacher.page, CHAT);
  // The picture of the tab is the browser's own wish, at a time of its own.
  assert.deepEqual(asked.filter((path) => !path.startsWith("/live") && path !== "/assets/favicon.svg"), []);
  await say(teacher.page, "снова здесь");
  await said(parent.page, "снова здесь");
  onlyTheLine(parent);
  await parent.close();
  await teacher.close();
});
