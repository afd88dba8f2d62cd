import { describe, expect, it } from "vitest";
import { PositionEstimator } from "./position";

/** Reads a player every 50 ms that tells its position each `everyMs`, each time so much late. */
function read(
  estimator: PositionEstimator,
  fromMs: number,
  forMs: number,
  everyMs: number,
  late = (_n: number) => 0,
) {
  for (let t = fromMs; t < fromMs + forMs; t += 50) {
    const n = Math.floor(t / everyMs);
    const toldAt = n * everyMs + late(n);
    estimator.add(t, toldAt <= t ? n * everyMs : (n - 1) * everyMs);
  }
}

describe("an estimated position", () => {
  it("is right to within the reading's own step, though told only four times a second", () => {
    const estimator = new PositionEstimator();
    read(estimator, 0, 3_000, 250);
    for (const t of [3_000, 3_100, 3_240]) {
      expect(Math.abs((estimator.at(t) ?? 0) - t)).toBeLessThanOrEqual(50);
    }
    expect(estimator.settled).toBe(true);
  });

  it("is not led astray by tidings that came late", () => {
    const estimator = new PositionEstimator();
    read(estimator, 0, 3_000, 250, (n) => (n % 2 === 0 ? 180 : 0));
    expect(Math.abs((estimator.at(3_000) ?? 0) - 3_000)).toBeLessThanOrEqual(60);
  });

  it("is the same of a player that tells it all the time", () => {
    const estimator = new PositionEstimator();
    for (let t = 0; t < 2_000; t += 50) estimator.add(t, t + 5_000);
    expect(estimator.at(2_000)).toBe(7_000);
  });

  it("is not known from one reading, nor acted upon after few", () => {
    const estimator = new PositionEstimator();
    estimator.add(0, 0);
    expect(estimator.at(0)).toBeNull();
    estimator.add(250, 250);
    expect(estimator.at(250)).toBe(250);
    expect(estimator.settled).toBe(false);
  });

  it("is another one after a jump", () => {
    const estimator = new PositionEstimator();
    read(estimator, 0, 3_000, 250);
    estimator.add(3_000, 60_000);
    expect(estimator.at(3_000)).toBe(60_000);
    expect(estimator.settled).toBe(false);
  });

  it("says how long it has stood", () => {
    const estimator = new PositionEstimator();
    estimator.add(0, 0);
    estimator.add(100, 100);
    estimator.add(900, 100);
    expect(estimator.standsMs(1_100)).toBe(1_000);
  });
});
