import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { launch, open, picture } from "./harness/browsers.mjs";
import { Server } from "./harness/server.mjs";

let server;
let browser;
let page;
let faults;
let room;

before(async () => {
  [server, browser] = await Promise.all([Server.start(), launch()]);
  const ana = await Person.guest(server.url, "Ana");
  const ben = await Person.guest(server.url, "Ben");
  room = (await ana.createRoom("Kitchen", "public")).room;
  await ben.join(room.room_id);
  for (const n of [1, 2, 3]) await ana.addLink(room.room_id, `Song ${n}`, `https://music.example/${n}.mp3`);
  await ana.playback(room.room_id, { action: "play" });
  await ana.playback(room.room_id, { action: "seek", position_ms: 60_000 });
  await ana.playback(room.room_id, { action: "skip_next" });
  await ana.playback(room.room_id, { action: "seek", position_ms: 30_000 });
  await ana.playback(room.room_id, { action: "pause" });
  await ana.clear(room.room_id);
  const how = { signedIn: ana.signedIn };
  ({ page, faults } = await open(browser, `${server.url}/room/${room.room_id}`, how));
});

after(async () => {
  await browser?.close();
  await server?.dispose();
});

const lines = () => page.getByRole("region", { name: "History" }).getByRole("listitem");
const moment = () => page.getByRole("region", { name: "The room as it was" });

test("the room's page leads to what happened in it, the latest first", async () => {
  await page.getByRole("link", { name: "History of this room" }).first().click();
  await page.getByRole("heading", { name: "What happened in “Kitchen”" }).waitFor();
  assert.match(await lines().first().innerText(), /Ana\s+emptied the playlist/);
  assert.match(await lines().last().innerText(), /Ana\s+opened the room “Kitchen”/);
  await page.getByText("The playlist was empty.").waitFor();
  await picture(page, "history-desktop");
});

test("one kind of thing alone can be shown", async () => {
  await page.getByRole("button", { name: "People" }).click();
  const shown = await lines().allInnerTexts();
  assert.ok(shown.length > 0 && shown.every((text) => /came in/.test(text)), shown.join("\n"));
  await page.getByRole("button", { name: "Everything" }).click();
});

test("the room is shown as it was, by a line's time and step by step", async () => {
  await lines().filter({ hasText: "skipped on to “Song 2”" }).getByRole("button").click();
  await moment().getByText("3 songs").waitFor();
  await moment().getByText("Playing · 0:00").waitFor();
  await moment().getByRole("button", { name: "One step back" }).click();
  await moment().getByText("Playing · 1:00").waitFor();
  assert.match(await moment().getByRole("slider").getAttribute("aria-valuetext"), /went to 1:00 of “Song 1”/);
});

test("what was destroyed last is taken back from here", async () => {
  await page.getByRole("button", { name: "Undo the last change" }).click();
  await page.getByText("Undone.").waitFor();
  await lines().first().getByText("took the last change back").waitFor();
  await moment().getByText("3 songs").waitFor();
});

test("the evening is played again in a room of its own", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await picture(page, "history-phone");
  await page.getByRole("button", { name: "Play this evening again" }).click();
  await page.getByTestId("playlist-row").first().waitFor({ state: "attached" });
  assert.ok(!page.url().includes(room.room_id));
  assert.equal(await page.getByTestId("playlist-row").count(), 2);
});

test("the page never complained", () => {
  // The songs are nowhere: that they cannot be loaded is no fault.
  assert.deepEqual(
    faults.filter((fault) => !/music\.example|ERR_NAME_NOT_RESOLVED|ERR_INTERNET|Failed to load/.test(fault)),
    [],
  );
});
