import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { DESKTOP, launchAll, open, PHONE, picture } from "./harness/browsers.mjs";
import { Server } from "./harness/server.mjs";

const PASSWORD = "correct horse battery";

let server;
let browsers;
let ana;
let ben;

before(async () => {
  [server, browsers] = await Promise.all([Server.start(), launchAll(2)]);
  const people = await Promise.all(
    ["ana", "ben"].map((username) => Person.register(server.url, username, PASSWORD)),
  );
  [ana, ben] = await Promise.all(
    people.map(async (person, n) => {
      const viewport = n === 0 ? DESKTOP : PHONE;
      const opened = await open(browsers[n], server.url, { viewport, signedIn: person.signedIn });
      return { ...opened, person };
    }),
  );
});

after(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
  await server?.dispose();
});

test("a friend is found by name, asked, and accepts where the badge shows it", async () => {
  await ben.page.getByRole("link", { name: "Friends", exact: true }).waitFor();
  await ana.page.getByRole("link", { name: "Friends", exact: true }).click();
  await ana.page.getByRole("searchbox", { name: "Find people" }).fill("BE");
  await ana.page.getByRole("button", { name: "Add ben as a friend" }).click();
  await ana.page.getByText("no answer yet").waitFor();

  await ben.page.getByRole("link", { name: "Friends, 1 thing waits for you" }).click();
  await ben.page.getByRole("button", { name: "Accept ana" }).click();
  for (const { page } of [ana, ben]) {
    await page.getByTestId("friend").waitFor();
    await page.getByText("1 of 1 online").waitFor();
  }
});

test("a friend who listens somewhere is joined there", async () => {
  const { room } = await ana.person.createRoom("Kitchen", "friends");
  await ana.page.goto(`${server.url}/room/${room.room_id}`);
  await ana.page.getByRole("heading", { name: "Kitchen" }).waitFor();
  await ben.page.reload();
  await Promise.all([picture(ben.page, "friends-phone"), ben.page.getByTestId("friend").waitFor()]);
  await ben.page.getByRole("button", { name: "Join them: ana in Kitchen" }).click();
  await ben.page.waitForURL(new RegExp(room.room_id));
  await ana.page.getByText("ben joined").waitFor();
});

test("an invite into a room by name comes up wherever the friend is, and leads in", async () => {
  const { room } = await ana.person.createRoom("Attic");
  await ana.person.invite(room.room_id, ben.person.id);
  const toast = ben.page.getByRole("status").filter({ hasText: "ana invites you into “Attic”." });
  await toast.getByRole("button", { name: "Join", exact: true }).click();
  await ben.page.waitForURL(new RegExp(room.room_id));
  await ben.page.getByRole("heading", { name: "Attic" }).waitFor();
});

test("a friendship ends on both sides at once", async () => {
  for (const { page } of [ana, ben]) await page.goto(`${server.url}/friends`);
  await ana.page.getByRole("button", { name: "Options for ben" }).click();
  await ana.page.getByRole("dialog").getByRole("button", { name: "Remove friend" }).click();
  for (const { page } of [ana, ben]) await page.getByText("No friends here yet").waitFor();
});

test("a guest is told that friends need an account, and keeps what it has by making one", async () => {
  const guest = await Person.guest(server.url, "Cleo");
  const { page, faults } = await open(browsers[0], `${server.url}/friends`, { signedIn: guest.signedIn });
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByLabel("Username").fill("cleo");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("dialog").getByRole("button", { name: "Create account" }).click();
  await page.getByText("No friends here yet").waitFor();
  assert.deepEqual(faults, []);
});

test("no page complained", () => {
  assert.deepEqual({ ana: ana.faults, ben: ben.faults }, { ana: [], ben: [] });
});
