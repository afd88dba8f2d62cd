import { describe, expect, it } from "vitest";
import { lateness, TAPS_NEEDED, Taps } from "./taps";

function tapping(...late: number[]): Taps {
  const taps = new Taps();
  for (const ms of late) taps.add(ms);
  return taps;
}

describe("a tap", () => {
  it("belongs to the click before it, or to one that is just about to come", () => {
    expect(lateness(10_180, 10_000, 750)).toBe(180);
    expect(lateness(10_180, 7_000, 750)).toBe(180);
    expect(lateness(10_700, 10_000, 750)).toBe(-50);
    expect(lateness(9_400, 10_000, 750)).toBe(150);
  });

  it("may come half a second late, as slow headphones have it", () => {
    expect(lateness(10_590, 10_000, 750)).toBe(590);
  });
});

describe("taps", () => {
  it("say nothing while they are few", () => {
    expect(tapping(...Array(TAPS_NEEDED - 1).fill(100)).estimate()).toBeNull();
  });

  it("say their median, and how sure it is", () => {
    const estimate = tapping(150, 230, 180, 190, 170, 185, 175, 182, 178, 181).estimate();
    expect(estimate?.medianMs).toBeCloseTo(180.5);
    expect(estimate?.uncertaintyMs).toBeGreaterThan(0);
    expect(estimate?.uncertaintyMs).toBeLessThan(10);
  });

  it("are not moved by a slip", () => {
    const steady = [180, 182, 178, 181, 179, 183, 177, 180];
    const slipped = tapping(180, 180, ...steady, 560, -120).estimate();
    expect(slipped?.medianMs).toBeCloseTo(180);
    expect(slipped).toMatchObject({ used: 8, rejected: 2 });
  });

  it("leave out the first two, which only find the beat", () => {
    expect(tapping(500, 420, 180, 180, 180, 180, 180, 180).estimate()).toMatchObject({
      medianMs: 180,
      used: 6,
      rejected: 0,
    });
  });

  it("forget what came before forty others", () => {
    const taps = tapping(...Array(40).fill(300), ...Array(40).fill(100));
    expect(taps.estimate()?.medianMs).toBe(100);
    expect(taps.count).toBe(40);
  });
});
