import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServerClock } from "../sync/clock";
import { FakeAudio } from "./fake-audio";
import { Metronome, PERIOD_MS } from "./metronome";

const now = () => performance.now();
const OFFSET_MS = 1_234_567;

const clock: ServerClock = {
  known: true,
  settled: true,
  rttMs: 10,
  offsetAt: () => OFFSET_MS,
  serverNow: (localMs) => localMs + OFFSET_MS,
  toLocal: (serverMs) => serverMs - OFFSET_MS,
};

let audio: FakeAudio;
let metronome: Metronome;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  vi.advanceTimersByTime(5_000);
  audio = new FakeAudio(now, { latencyMs: 180 });
  metronome = new Metronome({ clock, now, createContext: () => audio as unknown as AudioContext });
});
afterEach(() => {
  metronome.dispose();
  vi.useRealTimers();
});

/** Page times at which a click begins to be heard, over a while. */
function heardWithin(ms: number): number[] {
  const heard: number[] = [];
  let silent = true;
  for (let step = 0; step < ms; step++) {
    vi.advanceTimersByTime(1);
    const sounds = audio.heardAt(now() - 300).length > 0;
    if (sounds && silent) heard.push(now() - 300);
    silent = !sounds;
  }
  return heard;
}

describe("a metronome", () => {
  it("is heard at whole periods of the server's clock, whatever the device's latency", () => {
    vi.advanceTimersByTime(2_100);
    const heard = heardWithin(6_000);
    expect(heard.length).toBe(8);
    for (const at of heard) {
      const off = (at + OFFSET_MS + PERIOD_MS / 2) % PERIOD_MS;
      expect(Math.abs(off - PERIOD_MS / 2)).toBeLessThan(3);
    }
  });

  it("clicks that much earlier as the device is said to be late", () => {
    metronome.setNudge(100);
    vi.advanceTimersByTime(2_000);
    const [first = 0] = heardWithin(1_000);
    expect((first + 100 + OFFSET_MS) % PERIOD_MS).toBeLessThan(3);
  });

  it("clicks once a beat", () => {
    vi.advanceTimersByTime(10_000);
    const starts = audio.sources.map((source) => source.startS);
    expect(new Set(starts).size).toBe(starts.length);
  });

  it("tells how late a tap is", () => {
    const click = Math.ceil((now() + OFFSET_MS) / PERIOD_MS) * PERIOD_MS - OFFSET_MS;
    expect(metronome.lateness(click + 210)).toBeCloseTo(210);
    expect(metronome.lateness(click - 40)).toBeCloseTo(-40);
  });
});
