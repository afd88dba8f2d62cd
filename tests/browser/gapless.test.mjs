import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { launch, open } from "./harness/browsers.mjs";
import { writeWav } from "./harness/media.mjs";
import { sounding, withProbe } from "./harness/room.mjs";
import { Server } from "./harness/server.mjs";
import { record, TAPE } from "./harness/tape.mjs";
import { until } from "./harness/until.mjs";

const HZ = 437;
const SECONDS = 4;
const TRACKS = 3;
/** A device may be this far from the timeline before it is corrected; two tracks can be no closer than that. */
const JOINT_MS = 1.1;

let server;
let browser;
let page;
let faults;

before(async () => {
  [server, browser] = await Promise.all([Server.start(["--limits", "off"]), launch()]);
});

after(async () => {
  await browser?.close();
  await server?.dispose();
});

/** One long tone, cut into tracks between two samples as an album's movements are. */
async function writePart(path, part, rate) {
  const sample = (_, n) => 0.37 * Math.sin((2 * Math.PI * HZ * (part * SECONDS * rate + n)) / rate);
  await writeWav(path, Float32Array.from({ length: SECONDS * rate }, sample), undefined, rate);
}

/** Of each 10 ms, half over the next: how loud, and how far the tone is from where it would be, in ms. */
function windows({ samples, rate }) {
  const length = Math.round(rate * 0.01);
  const all = [];
  for (let from = 0; from + length <= samples.length; from += length >> 1) {
    let [re, im, power] = [0, 0, 0];
    for (let n = from; n < from + length; n++) {
      const turn = (2 * Math.PI * HZ * n) / rate;
      re += samples[n] * Math.cos(turn);
      im += samples[n] * Math.sin(turn);
      power += samples[n] ** 2;
    }
    all.push({ loud: Math.sqrt(power / length), offMs: (Math.atan2(im, re) / (2 * Math.PI * HZ)) * 1_000 });
  }
  return all;
}

/** The largest step between one window and the second after it, which shares none of its samples. */
function largestStep(of) {
  const period = 1_000 / HZ;
  const steps = of.slice(2).map(({ offMs }, n) => {
    const step = Math.abs(offMs - of[n].offMs) % period;
    return Math.min(step, period - step);
  });
  return Math.max(...steps);
}

test("a tone cut into tracks is heard as one tone: no gap, no overlap, no lost place", async () => {
  const ana = await Person.guest(server.url, "Ana");
  const { room_id } = await ana.createRoom("Kitchen");
  ({ page, faults } = await open(browser, `${server.url}/room/${room_id}`, {
    signedIn: ana.signedIn,
    init: TAPE,
  }));
  await withProbe(page);
  const rate = await page.evaluate(() => new AudioContext().sampleRate);
  for (let part = 0; part < TRACKS; part++) {
    const file = join(server.folder, `${part}.wav`);
    await writePart(file, part, rate);
    await ana.add(room_id, await ana.upload(file));
  }
  const loaded = () => page.evaluate(() => globalThis.__tutti.player.state.phase === "ready");
  await until("the first is loaded", loaded);
  await ana.playback(room_id, { action: "play" });
  await sounding([page]);
  // The beginning is left to settle; the tape ends before the music does.
  await until("it has settled", () => page.evaluate(() => globalThis.__tutti.player.probe().positionMs > 1_500));
  const tape = await record(page, (TRACKS * SECONDS - 3.5) * 1_000);
  assert.ok(Math.abs(tape.missing) < 0.05, `${tape.missing} s of the tape are missing`);

  const heard = windows(tape);
  const usual = [...heard].sort((a, b) => a.loud - b.loud)[heard.length >> 1].loud;
  const softest = Math.min(...heard.map(({ loud }) => loud)) / usual;
  const loudest = Math.max(...heard.map(({ loud }) => loud)) / usual;
  const step = largestStep(heard);
  console.log(`# joints: ${step.toFixed(2)} ms at worst, level ${softest.toFixed(2)} to ${loudest.toFixed(2)}`);
  assert.ok(step <= JOINT_MS, `a step of ${step.toFixed(2)} ms`);
  assert.ok(softest > 0.7, `a gap: ${softest.toFixed(2)} of the usual level`);
  assert.ok(loudest < 1.2, `an overlap: ${loudest.toFixed(2)} of the usual level`);
  assert.deepEqual(faults, []);
});
