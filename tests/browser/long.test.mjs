import assert from "node:assert/strict";
import { open as openFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { launch, open } from "./harness/browsers.mjs";
import { wavHead } from "./harness/media.mjs";
import { reading, sounding, withProbe } from "./harness/room.mjs";
import { Server } from "./harness/server.mjs";
import { record, TAPE } from "./harness/tape.mjs";
import { until } from "./harness/until.mjs";

const RATE = 8_000;
const MINUTES = 60;
/** The promise: an hour-long file costs the page no more. */
const MOST_MIB = 150;

let server;
let browser;
let ana;
let room_id;
let page;
let faults;
let session;
let emptyMib;
let worstMib = 0;
let watching;

/** Every minute is a tone of its own. */
const hzOf = (minute) => 200 + 20 * minute;

before(async () => {
  [server, browser] = await Promise.all([Server.start(["--limits", "off"]), launch()]);
  ana = await Person.guest(server.url, "Ana");
  ({ room_id } = await ana.createRoom("Kitchen"));
  const url = `${server.url}/room/${room_id}`;
  ({ page, faults } = await open(browser, url, { signedIn: ana.signedIn, init: TAPE }));
  await withProbe(page);
  session = await browser.newBrowserCDPSession();
  emptyMib = await residentMib();
});

after(async () => {
  clearInterval(watching);
  await browser?.close();
  await server?.dispose();
});

/** An hour of 16-bit mono, written as it is made. */
async function writeHour(path) {
  const file = await openFile(path, "w");
  const bytes = MINUTES * 60 * RATE * 2;
  await file.write(wavHead(bytes, RATE));
  for (let minute = 0; minute < MINUTES; minute++) {
    const samples = Int16Array.from({ length: 60 * RATE }, (_, n) =>
      Math.round(12_000 * Math.sin((2 * Math.PI * hzOf(minute) * n) / RATE)),
    );
    await file.write(new Uint8Array(samples.buffer));
  }
  await file.close();
}

/** What all pages' processes hold for themselves, in MiB: files mapped from disk are everybody's. */
async function residentMib() {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const sizes = await Promise.all(
    renderers.map(async ({ id }) => {
      const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
      const kib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
      return kib("RssAnon") + kib("RssShmem");
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1_024;
}

/** What the loudspeaker plays, by its zero crossings. */
async function heardHz() {
  const { samples, rate } = await record(page, 600);
  let crossings = 0;
  const from = Math.floor(samples.length / 4);
  for (let n = from + 1; n < samples.length; n++) if (samples[n - 1] < 0 && samples[n] >= 0) crossings += 1;
  return (crossings * rate) / (samples.length - from);
}

async function soundsLike(minute) {
  await until(`minute ${minute} is heard`, async () => Math.abs((await heardHz()) - hzOf(minute)) < 6, {
    withinMs: 20_000,
  });
}

test("an hour sounds soon after it is added, without being loaded whole", async () => {
  const file = join(server.folder, "hour.wav");
  await writeHour(file);
  const media = await ana.upload(file);
  assert.equal(media.duration_ms, MINUTES * 60_000);
  watching = setInterval(async () => {
    worstMib = Math.max(worstMib, await residentMib().catch(() => 0));
  }, 250);
  const added = performance.now();
  await ana.add(room_id, media);
  await until("it is loaded", () => page.evaluate(() => globalThis.__tutti.player.state.phase === "ready"), {
    withinMs: 20_000,
  });
  console.log(`# ready ${Math.round(performance.now() - added)} ms after it was added`);
  await ana.playback(room_id, { action: "play" });
  await sounding([page]);
  await soundsLike(0);
  assert.equal(await page.evaluate(() => globalThis.__tutti.player.state.tier), "sample");
});

test("a jump to anywhere in it is heard there, and on time", async () => {
  for (const minute of [40, 7, 58]) {
    await ana.playback(room_id, { action: "seek", position_ms: minute * 60_000 + 5_000 });
    await soundsLike(minute);
    const drift = () => page.evaluate(() => Math.abs(globalThis.__tutti.listening.status.driftMs));
    await until("it is on time", async () => (await drift()) < 5);
  }
});

test("it plays on from piece to piece", async () => {
  await ana.playback(room_id, { action: "seek", position_ms: 30 * 60_000 + 17_000 });
  await soundsLike(30);
  const before = await reading(page);
  const gaps = [];
  await until("past the next joint", async () => {
    const now = await reading(page);
    gaps.push(Math.abs(now.lagMs - before.lagMs));
    return now.positionMs > 30 * 60_000 + 22_000;
  });
  assert.ok(Math.max(...gaps) < 25, `moved by ${Math.max(...gaps)} ms`);
});

test("the page has not grown by more than 150 MB", () => {
  const grown = worstMib - emptyMib;
  console.log(`# ${emptyMib.toFixed(0)} MiB without it, ${worstMib.toFixed(0)} MiB at worst: ${grown.toFixed(0)} MiB more`);
  assert.ok(worstMib > 0 && grown < MOST_MIB, `${grown.toFixed(0)} MiB more`);
  assert.deepEqual(faults, []);
});
