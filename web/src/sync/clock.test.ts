import { describe, expect, it } from "vitest";
import { BURST_PROBES, ClockEstimator, MAX_SLEW_MS, type Probe, ProbeSchedule } from "./clock";
import { exponential, percentile, seeded } from "./testkit";

/** One-way delays of the moment. */
type Link = (nowMs: number) => { up: number; down: number };

const steady = (delay: number): Link => {
  return () => ({ up: delay, down: delay });
};

/** 30 ms each way and a one-sided tail, as queues make them. */
function oneSidedJitter(random: () => number): Link {
  return () => ({ up: 30 + exponential(random, 20), down: 30 + exponential(random, 20) });
}

/** Downloads come and go; while one runs, the downlink queue saws its way up to 300 ms. */
function bulkDownloads(random: () => number): Link {
  let until = 0;
  let from = 0;
  let loaded = false;
  return (now) => {
    if (now >= until) {
      loaded = !loaded;
      from = now;
      until = now + 1_000 + exponential(random, 8_000) + (loaded ? 1_000 : 0);
    }
    const tooth = 0.5 + (0.5 * ((now - from) % 1_500)) / 1_500;
    const queue = loaded ? Math.min(300, (now - from) / 10) * tooth * (0.9 + 0.2 * random()) : 0;
    return { up: 10 + exponential(random, 0.8), down: 10 + exponential(random, 0.8) + queue };
  };
}

interface World {
  readonly link: Link;
  readonly offsetMs?: number;
  readonly skewPpm?: number;
}

const EPOCH = 1_700_000_000_000;

function serverTime(world: World, local: number): number {
  return EPOCH + (world.offsetMs ?? 0) + local * (1 + (world.skewPpm ?? 0) * 1e-6);
}

function probeAt(world: World, t0: number): Probe {
  const { up, down } = world.link(t0);
  const arrived = t0 + up;
  const answered = arrived + 0.05;
  return { t0, t1: serverTime(world, arrived), t2: serverTime(world, answered), t3: answered + down };
}

/** Runs the schedule and collects the absolute error at a random moment after each probe. */
function errorsOver(world: World, durationMs: number, random: () => number, settleMs = 3_000): number[] {
  const clock = new ClockEstimator();
  const schedule = new ProbeSchedule();
  const errors: number[] = [];
  for (let now = 1_000; now < durationMs; now += schedule.sent()) {
    const probe = probeAt(world, now);
    clock.addProbe(probe);
    const later = probe.t3 + 500 * random();
    if (now > settleMs) errors.push(Math.abs(clock.serverNow(later) - serverTime(world, later)));
  }
  return errors;
}

function settled(world: World): { clock: ClockEstimator; now: number } {
  const clock = new ClockEstimator();
  let now = 1_000;
  for (let i = 0; i < BURST_PROBES; i++, now += 70) clock.addProbe(probeAt(world, now));
  return { clock, now };
}

describe("the clock estimate", () => {
  it("is exact on a symmetric link, whatever the offset", () => {
    for (const offsetMs of [-5_000, 0, 5_000]) {
      const world = { link: steady(20), offsetMs };
      const { clock, now } = settled(world);
      expect(Math.abs(clock.serverNow(now) - serverTime(world, now))).toBeLessThan(0.06);
    }
  });

  it.each([
    [-5_000, 0],
    [5_000, 50],
    [0, -50],
  ])(
    "stays within the published figures under one-sided jitter (offset %i ms, skew %i ppm)",
    (offsetMs, skewPpm) => {
      const errors = [1, 2, 3, 4, 5, 6].flatMap((seed) => {
        const random = seeded(seed);
        return errorsOver({ link: oneSidedJitter(random), offsetMs, skewPpm }, 300_000, random);
      });
      expect(percentile(errors, 0.5)).toBeLessThan(0.4);
      expect(percentile(errors, 0.95)).toBeLessThan(1.5);
      expect(percentile(errors, 0.99)).toBeLessThan(2.5);
    },
  );

  it.each([
    [-5_000, 0],
    [5_000, 50],
    [0, -50],
  ])(
    "stays within the published figures behind bulk downloads (offset %i ms, skew %i ppm)",
    (offsetMs, skewPpm) => {
      const errors = [1, 2, 3, 4, 5, 6].flatMap((seed) => {
        const random = seeded(seed);
        return errorsOver({ link: bulkDownloads(random), offsetMs, skewPpm }, 300_000, random);
      });
      expect(percentile(errors, 0.5)).toBeLessThan(0.7);
      expect(percentile(errors, 0.95)).toBeLessThan(3.2);
      expect(percentile(errors, 0.99)).toBeLessThan(5.3);
    },
  );

  it("finds the skew of two crystals", () => {
    const random = seeded(7);
    const link = () => ({ up: 10 + exponential(random, 2), down: 10 + exponential(random, 2) });
    const world = { link, skewPpm: 50 };
    const clock = new ClockEstimator();
    for (let now = 0; now < 120_000; now += 1_000) clock.addProbe(probeAt(world, now));
    expect(Math.abs(clock.quality.skewPpm - 50)).toBeLessThan(10);
  });

  it("maps there and back without loss", () => {
    const { clock, now } = settled({ link: steady(20), skewPpm: 80 });
    for (const local of [now, now + 500, now + 60_000]) {
      expect(Math.abs(clock.toLocal(clock.serverNow(local)) - local)).toBeLessThan(0.001);
    }
  });

  it("slews by at most half a millisecond an update once it has settled", () => {
    const random = seeded(11);
    const world = { link: oneSidedJitter(random) };
    const { clock, now } = settled(world);
    for (let at = now; at < now + 120_000; at += 1_000) {
      const probe = probeAt(world, at);
      const before = clock.offsetAt(probe.t3);
      clock.addProbe(probe);
      expect(Math.abs(clock.offsetAt(probe.t3) - before)).toBeLessThanOrEqual(MAX_SLEW_MS + 1e-6);
    }
  });

  it("notices a local clock that stood still during sleep and starts again at once", () => {
    const before = { link: steady(20) };
    const { clock, now } = settled(before);
    const after = { link: steady(20), offsetMs: 3_600_000 };
    expect(clock.addProbe(probeAt(after, now + 1_000))).toBe("jumped");
    expect(Math.abs(clock.serverNow(now + 1_100) - serverTime(after, now + 1_100))).toBeLessThan(0.1);
  });

  it("notices a server clock that went back", () => {
    const { clock, now } = settled({ link: steady(20) });
    expect(clock.addProbe(probeAt({ link: steady(20), offsetMs: -200 }, now))).toBe("jumped");
  });

  it("takes slow probes for slow, never for a jump", () => {
    const { clock, now } = settled({ link: steady(20) });
    const estimate = clock.offsetAt(now + 1_000);
    const probe = probeAt({ link: () => ({ up: 20, down: 2_000 }) }, now);
    expect(clock.addProbe(probe)).toBe("taken");
    expect(Math.abs(clock.offsetAt(now + 1_000) - estimate)).toBeLessThan(0.01);
  });

  it("keeps its old estimate after reopening until new probes outvote or contradict it", () => {
    const world = { link: steady(20) };
    const { clock, now } = settled(world);
    clock.reopen();
    clock.addProbe(probeAt({ link: () => ({ up: 20, down: 400 }) }, now));
    expect(Math.abs(clock.serverNow(now + 500) - serverTime(world, now + 500))).toBeLessThan(0.1);
    const restarted = { link: steady(20), offsetMs: 300 };
    clock.addProbe(probeAt(restarted, now + 1_000));
    expect(Math.abs(clock.serverNow(now + 1_100) - serverTime(restarted, now + 1_100))).toBeLessThan(1);
  });

  it("holds its estimate through a full queue after reopening, and is led by it only after half a minute", () => {
    const world = { link: steady(20) };
    const { clock, now } = settled(world);
    clock.reopen();
    const queue = { link: () => ({ up: 20, down: 180 }) };
    const error = (at: number) => Math.abs(clock.serverNow(at) - serverTime(world, at));
    let at = now;
    for (; at < now + 25_000; at += at < now + 2_300 ? 70 : 1_000) clock.addProbe(probeAt(queue, at));
    expect(error(at)).toBeLessThan(0.1);
    for (; at < now + 50_000; at += 1_000) clock.addProbe(probeAt(queue, at));
    expect(error(at)).toBeGreaterThan(5);
    clock.addProbe(probeAt(world, at));
    for (let n = 0; n < 30; n++, at += 1_000) clock.addProbe(probeAt(world, at));
    expect(error(at)).toBeLessThan(0.5);
  });

  it("knows the speed of the crystals through a long silence and a reopening", () => {
    const world = { link: steady(20), skewPpm: 80 };
    const clock = new ClockEstimator();
    let at = 1_000;
    for (; at < 120_000; at += 1_000) clock.addProbe(probeAt(world, at));
    clock.reopen();
    at += 30_000;
    expect(Math.abs(clock.serverNow(at) - serverTime(world, at))).toBeLessThan(0.3);
    for (let n = 0; n < 40; n++, at += 70) clock.addProbe(probeAt(world, at));
    expect(Math.abs(clock.serverNow(at) - serverTime(world, at))).toBeLessThan(0.3);
  });

  it("moves on soon after reopening where the new probes are as good as the old", () => {
    const world = { link: steady(20) };
    const { clock, now } = settled(world);
    clock.reopen();
    const moved = { link: steady(20), offsetMs: 2 };
    let at = now;
    for (let n = 0; n < 20; n++, at += 70) clock.addProbe(probeAt(moved, at));
    expect(Math.abs(clock.serverNow(at) - serverTime(moved, at))).toBeLessThan(0.1);
  });

  it("refuses impossible probes", () => {
    const clock = new ClockEstimator();
    expect(clock.addProbe({ t0: 10, t1: 5, t2: 5, t3: 9 })).toBe("ignored");
    expect(clock.addProbe({ t0: 10, t1: Number.NaN, t2: 5, t3: 19 })).toBe("ignored");
    expect(clock.addProbe({ t0: 10, t1: 6, t2: 5, t3: 19 })).toBe("ignored");
    expect(clock.known).toBe(false);
  });

  it("says how sure it is", () => {
    const clock = new ClockEstimator();
    expect(clock.quality.uncertaintyMs).toBe(Number.POSITIVE_INFINITY);
    clock.addProbe(probeAt({ link: steady(20) }, 0));
    expect(clock.quality.uncertaintyMs).toBeGreaterThan(10);
    const { clock: sure } = settled({ link: steady(20) });
    expect(sure.quality.uncertaintyMs).toBeLessThan(0.5);
    expect(Math.abs(sure.rttMs - 40)).toBeLessThan(0.1);
  });
});

describe("the probe schedule", () => {
  it("sends 32 probes about 70 ms apart, then one a second, and again after reopening", () => {
    const schedule = new ProbeSchedule();
    const waits = Array.from({ length: 40 }, () => schedule.sent());
    expect(waits.slice(0, 31).every((wait) => wait === 70)).toBe(true);
    expect(waits.slice(31).every((wait) => wait === 1_000)).toBe(true);
    schedule.reopen();
    expect(schedule.sent()).toBe(70);
  });
});
