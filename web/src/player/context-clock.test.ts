import { describe, expect, it } from "vitest";
import { percentile, seeded } from "../sync/testkit";
import { ContextClock, OutputLatency } from "./context-clock";

/** Audio time 3 s ahead of page time, each answer `jitterMs` off. */
function feed(clock: ContextClock, fromMs: number, count: number, jitterMs: () => number = () => 0): number {
  let now = fromMs;
  for (let i = 0; i < count; i++, now += 50) {
    clock.add({ contextTime: (now + 3_000 + jitterMs()) / 1_000, performanceTime: now }, now + 10);
  }
  return now;
}

describe("the audio clock", () => {
  it("is trusted after six plausible answers, not before", () => {
    const clock = new ContextClock();
    const now = feed(clock, 1_000, 5);
    expect(clock.trusted).toBe(false);
    feed(clock, now, 1);
    expect(clock.trusted).toBe(true);
    expect(clock.toContext(5_000)).toBeCloseTo(8);
    expect(clock.toLocal(8)).toBeCloseTo(5_000);
  });

  it("holds still under the jitter of real timestamps", () => {
    const random = seeded(3);
    const clock = new ContextClock();
    let now = feed(clock, 1_000, 40, () => -2.5 + 3.6 * random());
    const estimates: number[] = [];
    for (let i = 0; i < 200; i++) {
      now = feed(clock, now, 1, () => -2.5 + 3.6 * random());
      expect(clock.trusted).toBe(true);
      estimates.push(clock.toContext(now) * 1_000 - now);
    }
    expect(percentile(estimates, 0.95) - percentile(estimates, 0.05)).toBeLessThan(1.2);
  });

  it("shrugs off one bad answer and gives up after two", () => {
    const clock = new ContextClock();
    let now = feed(clock, 1_000, 20);
    clock.add({ contextTime: 0, performanceTime: 0 }, now);
    expect(clock.trusted).toBe(true);
    now = feed(clock, now, 1);
    clock.add({ contextTime: 99, performanceTime: now }, now);
    clock.add({ contextTime: 99.05, performanceTime: now + 50 }, now + 50);
    expect(clock.trusted).toBe(false);
  });

  it("takes answers older than 250 ms for bad", () => {
    const clock = new ContextClock();
    const now = feed(clock, 1_000, 20);
    for (const later of [now + 251, now + 301]) {
      clock.add({ contextTime: (now + 2_950) / 1_000, performanceTime: now - 50 }, later);
    }
    expect(clock.trusted).toBe(false);
  });

  it("notices audio that stands still or runs at another speed", () => {
    for (const speed of [0, 0.9, 1.1]) {
      const clock = new ContextClock();
      const now = feed(clock, 1_000, 40);
      const at = (ms: number) => (now + 3_000 + speed * (ms - now)) / 1_000;
      for (let ms = now; ms < now + 2_000 && clock.trusted; ms += 50) {
        clock.add({ contextTime: at(ms), performanceTime: ms }, ms);
      }
      expect(clock.trusted, `speed ${speed}`).toBe(false);
    }
  });

  it("follows a crystal that is 100 ppm off", () => {
    const clock = new ContextClock();
    const truth = (ms: number) => ms * 1.0001 + 3_000;
    for (let ms = 1_000; ms < 60_000; ms += 50) {
      clock.add({ contextTime: truth(ms) / 1_000, performanceTime: ms }, ms);
      if (clock.trusted) expect(Math.abs(clock.toContext(ms) * 1_000 - truth(ms))).toBeLessThan(0.15);
    }
    expect(clock.trusted).toBe(true);
  });

  it("knows after a while how fast that crystal is, and does not lag behind it", () => {
    const random = seeded(5);
    const clock = new ContextClock();
    const truth = (ms: number) => ms * 1.0001 + 3_000;
    const errors: number[] = [];
    for (let ms = 1_000; ms < 90_000; ms += 50) {
      clock.add({ contextTime: (truth(ms) + random() - 0.5) / 1_000, performanceTime: ms }, ms);
      if (ms > 30_000) errors.push(clock.toContext(ms + 500) * 1_000 - truth(ms + 500));
      if (ms > 30_000) expect(clock.toLocal(clock.toContext(ms + 500))).toBeCloseTo(ms + 500, 6);
    }
    expect(Math.abs(percentile(errors, 0.5))).toBeLessThan(0.03);
  });

  it("does not lag behind it either where a page in the background samples once a second", () => {
    const clock = new ContextClock();
    const truth = (ms: number) => ms * 1.0001 + 3_000;
    for (let ms = 1_000; ms < 90_000; ms += 1_000) {
      clock.add({ contextTime: truth(ms) / 1_000, performanceTime: ms }, ms);
      if (ms > 30_000) expect(Math.abs(clock.toContext(ms) * 1_000 - truth(ms))).toBeLessThan(0.1);
    }
  });

  it("takes a moment without output for what it is within 300 ms, whatever the jitter", () => {
    const random = seeded(4);
    const clock = new ContextClock();
    const jitter = () => -2.5 + 3.6 * random();
    let now = feed(clock, 1_000, 40, jitter);
    now = feed(clock, now, 6, () => -20 + jitter());
    expect(clock.trusted).toBe(true);
    expect(clock.toContext(now) * 1_000 - now).toBeGreaterThan(2_977);
    expect(clock.toContext(now) * 1_000 - now).toBeLessThan(2_982);
  });

  it("does not count the same answer twice", () => {
    const clock = new ContextClock();
    for (let i = 0; i < 10; i++) clock.add({ contextTime: 4, performanceTime: 1_000 }, 1_000 + i);
    expect(clock.trusted).toBe(false);
  });

  it("follows a new output device after a moment of distrust", () => {
    const clock = new ContextClock();
    let now = feed(clock, 1_000, 40);
    for (let i = 0; i < 12; i++, now += 50) {
      clock.add({ contextTime: (now + 2_800) / 1_000, performanceTime: now }, now);
    }
    expect(clock.trusted).toBe(true);
    expect(clock.toContext(now) * 1_000 - now).toBeCloseTo(2_800);
  });
});

describe("the output latency", () => {
  it("is assumed to be 40 ms where the browser says nothing sensible", () => {
    const latency = new OutputLatency();
    for (const nonsense of [undefined, 0, -1, Number.NaN, 0.3]) latency.add(nonsense);
    expect(latency.ms).toBe(40);
  });

  it("is smoothed, and starts from what the device was remembered to take", () => {
    const latency = new OutputLatency(20);
    latency.add(0.03);
    expect(latency.ms).toBeCloseTo(21);
    for (let i = 0; i < 100; i++) latency.add(0.03);
    expect(latency.ms).toBeCloseTo(30, 1);
  });
});
