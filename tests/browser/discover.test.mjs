import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { launch, open, PHONE, picture } from "./harness/browsers.mjs";
import { Server } from "./harness/server.mjs";

const PASSWORD = "correct horse battery";

let server;
let browser;

before(async () => {
  [server, browser] = await Promise.all([Server.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await server?.dispose();
});

test("one tap on the first page, and a newcomer without a name is in a room of their own", async () => {
  const { page, faults } = await open(browser, server.url, { viewport: PHONE });
  await page.getByRole("button", { name: "Listen now" }).click();
  await page.waitForURL(/\/room\//);
  await page.getByRole("button", { name: "Add music" }).first().waitFor();
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByRole("img", { name: /^QR code of the link into/ }).waitFor();
  await page.getByRole("heading", { name: "Invite a friend" }).waitFor();
  await picture(page, "invite-phone");
  assert.deepEqual(faults, []);
});

test("an open room is found by its name and entered; one by invite is not listed", async () => {
  const ana = await Person.guest(server.url, "Ana");
  await ana.createRoom("Harbour lights", "public");
  await ana.createRoom("Harbour cellar", "invite");
  const ben = await Person.register(server.url, "ben", PASSWORD);
  const { page, faults } = await open(browser, server.url, { signedIn: ben.signedIn });
  await page.getByRole("searchbox", { name: "Find a room" }).fill("harbour");
  const found = page.getByRole("region", { name: "Open rooms" }).getByRole("link");
  await found.first().waitFor();
  assert.equal(await found.count(), 1);
  await picture(page, "home-desktop");
  await found.click();
  await page.getByRole("heading", { name: "Harbour lights" }).waitFor();
  await page.goto(server.url);
  await page
    .getByRole("region", { name: "Your rooms" })
    .getByRole("link", { name: /^Harbour lights/ })
    .waitFor();
  assert.deepEqual(faults, []);
});
