import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before } from "node:test";
import { DESKTOP, launchAll, open, PHONE, picture } from "./harness/browsers.mjs";
import { chirps, writeWav } from "./harness/media.mjs";
import {
  acceptInvite,
  apart,
  inviteLink,
  quantile,
  reading,
  readyToPlay,
  sounding,
  startRoom,
  upload,
} from "./harness/room.mjs";
import { Server } from "./harness/server.mjs";
import { until } from "./harness/until.mjs";
import { steps } from "./harness/steps.mjs";

/** Page figures catch gross faults only; what is heard is measured by `make sync-bench`. */
const AGREE_MS = 25;
const SONG_SECONDS = 120;

let server;
let browsers;
let host;
let guest;

before(async () => {
  [server, browsers] = await Promise.all([Server.start(), launchAll(2)]);
});

after(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
  await server?.dispose();
});

const pages = () => [host.page, guest.page];

async function agreeing() {
  const worst = quantile(await apart(pages()), 0.95);
  assert.ok(worst <= AGREE_MS, `the pages are ${worst.toFixed(1)} ms apart at p95`);
}

const step = steps();

step("two strangers come from the first page to the same moment of a song", async () => {
  const song = join(server.folder, "chirps.wav");
  await writeWav(song, chirps(SONG_SECONDS), "Chirps");

  host = await open(browsers[0], server.url, { viewport: DESKTOP });
  await startRoom(host.page, "Ana");
  await upload(host.page, song, "Chirps");
  guest = await open(browsers[1], await inviteLink(host.page), { viewport: PHONE });
  await acceptInvite(guest.page, "Ben");
  await Promise.all(pages().map(readyToPlay));

  await host.page.getByRole("button", { name: "Play", exact: true }).click();
  await sounding(pages());
  await agreeing();
  await Promise.all([picture(host.page, "room-desktop"), picture(guest.page, "room-phone")]);
});

step("a guest sees why the controls do nothing", async () => {
  await guest.page.getByText("Ana controls the music here.").first().waitFor();
  const before = await reading(guest.page);
  await guest.page.getByRole("button", { name: "Pause", exact: true }).click({ force: true });
  const later = await until("the song goes on", async () => {
    const now = await reading(guest.page);
    return now.wallMs > before.wallMs + 500 && now;
  });
  assert.ok(later.playing);
});

step("after a seek both pages are at the new place together", async () => {
  const before = await reading(host.page);
  await host.page.getByRole("slider", { name: "Position" }).focus();
  for (let presses = 0; presses < 4; presses++) await host.page.keyboard.press("ArrowRight");
  const moved = (r) => r.playing && before.lagMs - r.lagMs > 15_000;
  await until("both pages moved", async () => (await Promise.all(pages().map(reading))).every(moved));
  await agreeing();
});

step("a pause stops both pages at one position, and play goes on from there", async () => {
  await host.page.getByRole("button", { name: "Pause", exact: true }).click();
  const [a, b] = await until("both pages stand", async () => {
    const both = await Promise.all(pages().map(reading));
    return both.every((r) => !r.playing) && both[0].positionMs === both[1].positionMs && both;
  });
  assert.equal(a.itemId, b.itemId);

  await host.page.getByRole("button", { name: "Play", exact: true }).click();
  await sounding(pages());
  await agreeing();
  const on = await reading(guest.page);
  assert.ok(on.positionMs >= b.positionMs && on.positionMs < b.positionMs + 30_000);
});

step("up to here no page complained", () => {
  assert.deepEqual({ host: host.faults, guest: guest.faults }, { host: [], guest: [] });
});

step(
  "a server that is killed in mid-song and started again is at the right place in 5 s, unasked",
  async () => {
    const before = await Promise.all(pages().map(reading));
    const seqBefore = await host.page.evaluate(() => globalThis.__tutti.room.view.seq);

    await server.kill();
    const lost = async () => (await Promise.all(pages().map(reading))).every((r) => !r.live);
    await until("both pages notice", lost);
    await agreeing();
    await server.startAgain();
    const live = async () => (await Promise.all(pages().map(reading))).every((r) => r.live && r.playing);
    await until("both pages are back", live, { withinMs: 5_000 });
    await agreeing();

    const now = await Promise.all(pages().map(reading));
    now.forEach((r, n) => {
      const moved = Math.abs(r.lagMs - before[n].lagMs);
      assert.ok(moved <= AGREE_MS, `page ${n} is ${moved.toFixed(1)} ms from where it would be`);
    });
    const causes = await host.page.evaluate(async (after_seq) => {
      const { accessToken } = JSON.parse(localStorage.getItem("tutti.sign-in"));
      const { roomId } = globalThis.__tutti.room;
      const headers = { authorization: `Bearer ${accessToken}` };
      const answer = await fetch(`/api/v1/rooms/${roomId}/history?after_seq=${after_seq}`, { headers });
      return (await answer.json()).entries.map((entry) => entry.cause.command);
    }, seqBefore);
    const playback = ["play", "pause", "seek", "select", "skip_next", "skip_prev"];
    assert.deepEqual(
      causes.filter((command) => playback.includes(command)),
      [],
    );
  },
);

step("a listener who loads the page anew plays on at the others' place", async () => {
  await guest.page.reload();
  await guest.page.waitForFunction(() => globalThis.__tutti !== undefined);
  await readyToPlay(guest.page);
  await sounding(pages());
  await agreeing();
});
