/**
 * A start that waits for somebody whose line is slow: what the pages say meanwhile, and that it is true. Two real pages,
 * one of them throttled by its browser.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { slow, unslow } from "./harness/network.mjs";
import { apart, quantile, readyToPlay, sounding } from "./harness/room.mjs";
import { Scene } from "./harness/scene.mjs";
import { until } from "./harness/until.mjs";

const AGREE_MS = 25;
/** A song of a minute takes minutes over this line. */
const LINE = { downBytesPerSecond: 20_000 };

let scene;
let room;
let items;
let ana;
let host;
let guest;

before(async () => {
  scene = await Scene.start();
  const ben = await scene.person("Ben");
  ana = await scene.person("Ana");
  room = await scene.room([ana, ben]);
  items = await scene.songs(
    ana,
    room.id,
    ["Tide", "Lantern", "Harbour", "Anchor", "Meadow", "Ember", "Willow"],
    60,
  );
  [host, guest] = await Promise.all(
    [ana, ben].map((person) => scene.open(`${room.path}?probe=1`, person, { init: `(${watchNote})()` })),
  );
  for (const page of [host, guest]) {
    await page.waitForFunction(() => globalThis.__tutti !== undefined);
    await readyToPlay(page);
  }
  await host.getByRole("button", { name: "Play", exact: true }).click();
  await sounding([host, guest]);
});

after(() => scene?.dispose());

/** Runs in the page: what its note said, and of which song how far from its start that was. */
function watchNote() {
  globalThis.__said = [];
  let last = "";
  new MutationObserver(() => {
    const text = document.querySelector("[data-testid=listening-note]")?.textContent.trim() ?? "";
    if (text === last || globalThis.__tutti === undefined) return;
    last = text;
    const { room } = globalThis.__tutti;
    const { timeline } = room.view.state;
    globalThis.__said.push({ text, item: timeline.item_id, startsInMs: timeline.at_ms - room.serverNow() });
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

const select = (item) => ana.playback(room.id, { action: "select", item_id: item.item_id });
const said = (page, item) =>
  page.evaluate((id) => globalThis.__said.filter((each) => each.item === id), item.item_id);
const says = (page, text) => page.getByTestId("listening-note").getByText(text, { exact: true }).waitFor();
const silent = (page) =>
  until(
    "the note says nothing",
    async () => (await page.getByTestId("listening-note").textContent()).trim() === "",
  );
const causes = async () => {
  const token = ana.signedIn.access_token;
  const answer = await fetch(`${scene.url}/api/v1/rooms/${room.id}/history?after_seq=0`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return (await answer.json()).entries.map((entry) => entry.cause.command);
};

test("the page says for whom a start waits, and once they have the song all begin, together", async () => {
  const line = await slow(guest, LINE);
  await select(items[2]);
  await says(host, "Waiting for Ben…");
  await unslow(line);
  await sounding([host, guest]);
  await Promise.all([silent(host), silent(guest)]);
  const notes = await said(host, items[2]);
  const waiting = notes.filter(({ text }) => text.startsWith("Waiting"));
  assert.ok(waiting.length > 0);
  for (const { startsInMs } of waiting) assert.ok(startsInMs > 0, `said ${-startsInMs} ms after the start`);
  const worst = quantile(await apart([host, guest], 20), 0.95);
  assert.ok(worst <= AGREE_MS, `the pages are ${worst.toFixed(1)} ms apart at p95`);
});

test("it waits no longer than it may, and then says that they still load", async () => {
  const line = await slow(guest, LINE);
  await select(items[4]);
  await says(host, "Waiting for Ben…");
  await says(host, "Ben still loads the song.");
  await sounding([host]);
  const notes = await said(host, items[4]);
  for (const { text, startsInMs } of notes) {
    if (text.startsWith("Waiting")) assert.ok(startsInMs > 0, `waiting, ${-startsInMs} ms after the start`);
    if (text.startsWith("Ben still"))
      assert.ok(startsInMs < 500, `no word of waiting, ${startsInMs} ms before the start`);
  }
  await unslow(line);
  await sounding([host, guest]);
  await Promise.all([silent(host), silent(guest)]);
});

test("nobody waits for who is gone; and that the start came sooner is no news of its own in the room's past", async () => {
  await slow(guest, LINE);
  await select(items[6]);
  await says(host, "Waiting for Ben…");
  await guest.context().close();
  await silent(host);
  await sounding([host]);
  await until("the start is brought forward", async () => (await causes()).at(-1) === "hasten");

  const past = await scene.open(`${room.path}/history`, ana);
  const lines = past.getByRole("main").getByRole("listitem").filter({ hasText: "“Willow”" });
  await lines.first().waitFor();
  const texts = await lines.allInnerTexts();
  assert.equal(texts.filter((text) => !text.includes("added")).length, 1, texts.join("; "));
});

test("no page complained", () => {
  assert.deepEqual([host.faults, guest.faults], [[], []]);
});
