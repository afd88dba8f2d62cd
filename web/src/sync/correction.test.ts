import { describe, expect, it } from "vitest";
import { correctMedia, correctSample } from "./correction";

const rateOf = (correction: { kind: string; rate?: number }): number => {
  expect(correction.kind).toBe("trim");
  return correction.rate as number;
};

describe("the sample engine's correction", () => {
  it("leaves up to a millisecond alone", () => {
    for (const drift of [0, 0.3, -0.9, 1, -1]) expect(rateOf(correctSample(drift, false))).toBe(1);
  });

  it("begins to trim above a millisecond and goes on until below 0.3 ms", () => {
    expect(rateOf(correctSample(1.01, false))).toBeGreaterThan(1);
    expect(rateOf(correctSample(0.31, true))).toBeGreaterThan(1);
    expect(rateOf(correctSample(0.29, true))).toBe(1);
    expect(rateOf(correctSample(-0.31, true))).toBeLessThan(1);
  });

  it("never trims by more than half a percent", () => {
    for (let drift = -12; drift <= 12; drift += 0.1) {
      expect(Math.abs(rateOf(correctSample(drift, true)) - 1)).toBeLessThanOrEqual(0.005 + 1e-12);
    }
    expect(rateOf(correctSample(12, false))).toBeCloseTo(1.005);
    expect(rateOf(correctSample(-12, false))).toBeCloseTo(0.995);
  });

  it("cross-fades over 20 ms above 12 ms", () => {
    expect(correctSample(12.1, true)).toEqual({ kind: "reanchor", fadeMs: 20 });
    expect(correctSample(-200, false)).toEqual({ kind: "reanchor", fadeMs: 20 });
  });

  it("schedules again above 200 ms", () => {
    expect(correctSample(200.1, false)).toEqual({ kind: "reschedule" });
    expect(correctSample(-5_000, true)).toEqual({ kind: "reschedule" });
  });

  it("comes to rest: trimming from anywhere in its range ends inside 0.3 ms", () => {
    for (const start of [12, -12, 5, -1.5]) {
      let drift = start;
      let trimming = false;
      for (let tick = 0; tick < 60; tick++) {
        const rate = rateOf(correctSample(drift, trimming));
        trimming = rate !== 1;
        drift -= 250 * (rate - 1);
      }
      expect(Math.abs(drift)).toBeLessThan(0.31);
      expect(trimming).toBe(false);
    }
  });
});

describe("the media element's correction", () => {
  const long = Number.POSITIVE_INFINITY;

  it("leaves up to 10 ms alone", () => {
    for (const drift of [0, 9.9, -10]) expect(rateOf(correctMedia(drift, false, long))).toBe(1);
  });

  it("trims within half a percent up to 100 ms", () => {
    expect(rateOf(correctMedia(10.1, false, long))).toBeGreaterThan(1);
    expect(rateOf(correctMedia(100, false, long))).toBeCloseTo(1.005);
    expect(rateOf(correctMedia(-100, false, long))).toBeCloseTo(0.995);
  });

  it("goes on trimming until it is well inside the dead band", () => {
    expect(rateOf(correctMedia(5, true, long))).toBeGreaterThan(1);
    expect(rateOf(correctMedia(2.9, true, long))).toBe(1);
  });

  it("trims by two percent up to 500 ms", () => {
    expect(rateOf(correctMedia(101, false, long))).toBeCloseTo(1.02);
    expect(rateOf(correctMedia(-500, false, long))).toBeCloseTo(0.98);
  });

  it("seeks above 500 ms, at most once in 3 s", () => {
    expect(correctMedia(501, false, long)).toEqual({ kind: "seek" });
    expect(correctMedia(-800, false, 2_999)).toEqual({ kind: "wait" });
    expect(correctMedia(-800, false, 3_000)).toEqual({ kind: "seek" });
  });
});
