import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
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
  room = (await ana.createRoom("Kitchen")).room;
  for (const n of [1, 2]) await ana.addLink(room.room_id, `Song ${n}`, `https://music.example/${n}.mp3`);
  const how = { signedIn: ana.signedIn };
  ({ page, faults } = await open(browser, `${server.url}/room/${room.room_id}`, how));
});

after(async () => {
  await browser?.close();
  await server?.dispose();
});

const rows = () => page.getByTestId("playlist-row");

test("a playlist leaves as a file and comes back from it", async () => {
  await page.getByRole("button", { name: "Playlist options" }).click();
  await picture(page, "playlist-options-desktop");
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as XSPF" }).click();
  const saved = await saving;
  assert.equal(saved.suggestedFilename(), "Kitchen.xspf");
  const file = join(server.folder, saved.suggestedFilename());
  await saved.saveAs(file);
  assert.match(await readFile(file, "utf8"), /music\.example\/2\.mp3/);

  await page.locator("input[accept*=xspf]").setInputFiles(file);
  await page.getByText("Added 2 songs.").waitFor();
  await rows().nth(3).waitFor();
  assert.equal(await rows().count(), 4);
});

test("a saved playlist starts another room", async () => {
  await page.getByRole("button", { name: "Playlist options" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Evening");
  await dialog.getByRole("button", { name: "Save playlist" }).click();
  await page.getByText("Saved “Evening”.").waitFor();

  await page.goto(server.url);
  await page.getByRole("button", { name: "Start a room with Evening" }).click();
  await page.getByText("The room begins with “Evening”, 4 songs.").waitFor();
  await page.getByRole("button", { name: "Create room" }).click();
  await page.getByRole("heading", { name: "Evening" }).waitFor();
  await rows().nth(3).waitFor();
  assert.ok(!page.url().includes(room.room_id));
});

test("the page never complained", () => {
  // The songs are nowhere: that they cannot be loaded is no fault.
  assert.deepEqual(
    faults.filter((fault) => !/music\.example|ERR_NAME_NOT_RESOLVED|ERR_INTERNET|Failed to load/.test(fault)),
    [],
  );
});
