import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { launch, open, PHONE, picture } from "./harness/browsers.mjs";
import { chirps, writeWav } from "./harness/media.mjs";
import { readyToPlay, sounding, withProbe } from "./harness/room.mjs";
import { Server } from "./harness/server.mjs";
import { record, TAPE } from "./harness/tape.mjs";
import { until } from "./harness/until.mjs";

const PERIOD_MS = 750;

let server;
let browser;
let ana;
let page;
let faults;

before(async () => {
  [server, browser] = await Promise.all([Server.start(), launch()]);
  ana = await Person.guest(server.url, "Ana");
  const { room_id } = await ana.createRoom("Kitchen");
  const file = join(server.folder, "chirps.wav");
  await writeWav(file, chirps(60), "Chirps");
  await ana.add(room_id, await ana.upload(file));
  const url = `${server.url}/room/${room_id}`;
  ({ page, faults } = await open(browser, url, { viewport: PHONE, signedIn: ana.signedIn, init: TAPE }));
  await withProbe(page);
  await readyToPlay(page);
  await ana.playback(room_id, { action: "play" });
  await sounding([page]);
});

after(async () => {
  await browser?.close();
  await server?.dispose();
});

const shown = () => page.getByTestId("latency").textContent();
const remembered = async () => (await ana.me()).output_latency_ms;
const dialog = () => page.getByRole("dialog", { name: "Tune this device" });

async function openTuning() {
  await page.getByRole("button", { name: /sync/i }).first().click();
  await page.getByRole("button", { name: "Tune this device" }).click();
  await dialog().waitFor();
}

/** How far the song is ahead of the audio clock, in ms, by its latest start. */
function ahead() {
  return page.evaluate(() => {
    const { at, position } = globalThis.__tape.starts.at(-1);
    return (position - at) * 1_000;
  });
}

test("a press makes this device play that much earlier, at once and for good", async () => {
  await openTuning();
  const before = await ahead();
  for (const name of ["25 ms earlier", "25 ms earlier", "5 ms earlier", "1 ms later"]) {
    await page.getByRole("button", { name, exact: true }).click();
  }
  assert.equal(await shown(), "+54 ms");
  await until("the engine follows", async () => Math.abs((await ahead()) - before - 54) < 12);
  await until("the session remembers it", async () => (await remembered()) === 54);
  await picture(page, "calibration-phone");
});

test("it is still so after a reload, and in a browser that only has the sign-in", async () => {
  await page.reload();
  await page.waitForFunction(() => globalThis.__tutti !== undefined);
  await openTuning();
  assert.equal(await shown(), "+54 ms");

  const fresh = await open(browser, `${server.url}/settings`, { signedIn: ana.signedIn });
  await fresh.page.getByRole("button", { name: "Tune this device" }).click();
  await until("the session's word has come", async () => {
    return (await fresh.page.getByTestId("latency").textContent()) === "+54 ms";
  });
  assert.deepEqual(fresh.faults, []);
  await fresh.page.context().close();
});

test("reset takes it back", async () => {
  await page.getByRole("button", { name: "Reset to 0" }).click();
  assert.equal(await shown(), "0 ms");
  await until("the session forgets it", async () => (await remembered()) === 0);
});

test("clicks come every 750 ms to the sample, and the music is silent meanwhile", async () => {
  await page.getByRole("button", { name: "Start clicks" }).click();
  await page.getByRole("button", { name: /^Tap along/ }).waitFor();
  const tape = await record(page, 4_000);
  assert.ok(Math.abs(tape.missing) < 0.05, `${tape.missing} s are missing`);
  const onsets = [];
  tape.samples.forEach((sample, n) => {
    if (Math.abs(sample) > 0.05 && (onsets.length === 0 || n - onsets.at(-1) > 0.2 * tape.rate))
      onsets.push(n);
  });
  assert.ok(onsets.length >= 4, `${onsets.length} clicks`);
  const gapsMs = onsets.slice(1).map((n, i) => ((n - onsets[i]) * 1_000) / tape.rate);
  for (const gap of gapsMs) assert.ok(Math.abs(gap - PERIOD_MS) < 1, `clicks ${gap} ms apart`);
  const between = tape.samples.slice(onsets[0] + 0.1 * tape.rate, onsets[1] - 0.1 * tape.rate);
  assert.ok(Math.max(...between.map(Math.abs)) < 0.002, "something else sounds between the clicks");
});

test("tapping along finds how late the taps come, and a slip does not spoil it", async () => {
  const button = page.getByRole("button", { name: /^Tap along/ });
  await button.focus();
  const LATE_MS = 180;
  await page.evaluate(
    async ({ late, period }) => {
      const { clock } = globalThis.__tutti.room.socket;
      const button = document.querySelector("button.tap");
      for (let n = 0; n < 12; n++) {
        const now = performance.now();
        const beat = Math.ceil((clock.serverNow(now) + 50) / period) * period;
        const slip = n === 6 ? 250 : 0;
        const due = clock.toLocal(beat) + late + slip - performance.now();
        await new Promise((resolve) => setTimeout(resolve, due));
        button.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
      }
    },
    { late: LATE_MS, period: PERIOD_MS },
  );
  const said = await page.getByTestId("taps").textContent();
  const found = Number(/You tap (\d+) ms after/.exec(said)?.[1]);
  assert.ok(Math.abs(found - LATE_MS) < 25, said);
  await picture(page, "calibration-taps-phone");

  await page.getByRole("button", { name: /^Use \+/ }).click();
  await until("the session remembers it", async () => (await remembered()) === found);
  await page.getByRole("button", { name: "Reset to 0" }).click();
});

test("closing it stops the clicks, and the music is back", async () => {
  await dialog().getByRole("button", { name: "Close" }).click();
  await until("music", async () => {
    const { samples } = await record(page, 400);
    return samples.filter((sample) => Math.abs(sample) > 0.05).length > samples.length / 2;
  });
  assert.deepEqual(faults, []);
});
