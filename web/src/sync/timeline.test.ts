import { describe, expect, it } from "vitest";
import { seeded } from "./testkit";
import { positionAt, Score, SILENCE, sameMusic, soundsAt, type Timeline, timeOf } from "./timeline";

const playing: Timeline = {
  item_id: "item_a",
  playing: true,
  position_ms: 10_000,
  at_ms: 1_000_000,
  starts_at_ms: null,
  rate: 1,
};
const paused: Timeline = { ...playing, playing: false };

function randomTimeline(random: () => number): Timeline {
  return {
    item_id: "item_a",
    playing: true,
    position_ms: Math.floor(random() * 300_000),
    at_ms: Math.floor(random() * 1e9),
    starts_at_ms: null,
    rate: 0.5 + random(),
  };
}

describe("a timeline", () => {
  it("counts the elapsed time once while it plays", () => {
    expect(positionAt(playing, 1_004_000)).toBe(14_000);
  });

  it("stands still while it is paused", () => {
    expect(positionAt(paused, 1_004_000)).toBe(10_000);
  });

  it("stands at its position until a scheduled start", () => {
    const scheduled = { ...playing, starts_at_ms: playing.at_ms };
    expect(positionAt(scheduled, playing.at_ms - 700)).toBe(10_000);
    expect(soundsAt(scheduled, playing.at_ms - 1)).toBe(false);
    expect(soundsAt(scheduled, playing.at_ms)).toBe(true);
  });

  it("follows its rate", () => {
    expect(positionAt({ ...playing, rate: 0.5 }, 1_004_000)).toBe(12_000);
  });

  it("never runs backwards while it plays", () => {
    const random = seeded(1);
    for (let run = 0; run < 200; run++) {
      const timeline = randomTimeline(random);
      let now = timeline.at_ms - 5_000;
      let last = positionAt(timeline, now);
      for (let step = 0; step < 50; step++) {
        now += random() * 400;
        const position = positionAt(timeline, now);
        expect(position).toBeGreaterThanOrEqual(last);
        last = position;
      }
    }
  });

  it("answers when a position is passed, which undoes positionAt", () => {
    const random = seeded(2);
    for (let run = 0; run < 200; run++) {
      const timeline = randomTimeline(random);
      const at = timeline.at_ms + random() * 1e6;
      expect(timeOf(timeline, positionAt(timeline, at))).toBeCloseTo(at, 3);
    }
  });

  it("is the same music as a later anchor of the same run", () => {
    const later = { ...playing, position_ms: 14_000, at_ms: 1_004_000 };
    expect(sameMusic(playing, later, 1_005_000)).toBe(true);
    expect(sameMusic(playing, { ...later, position_ms: 14_020 }, 1_005_000)).toBe(false);
    expect(sameMusic(playing, paused, 1_005_000)).toBe(false);
    expect(sameMusic(playing, later, 1_003_000)).toBe(false);
  });
});

describe("the score", () => {
  const nextItem: Timeline = {
    ...playing,
    item_id: "item_b",
    position_ms: 0,
    at_ms: 1_002_000,
    starts_at_ms: 1_002_000,
  };

  it("lets the old item sound until the next one starts", () => {
    const score = new Score(SILENCE);
    score.set(playing, 1_000_500);
    score.set(nextItem, 1_001_000);
    expect(score.at(1_001_999)).toEqual(playing);
    expect(score.pending(1_001_999)).toEqual(nextItem);
    expect(score.at(1_002_000)).toEqual(nextItem);
    expect(score.pending(1_002_000)).toBeNull();
  });

  it("lets an item sound to its end before it repeats", () => {
    const score = new Score(SILENCE);
    score.set(playing, 1_000_500);
    score.set({ ...nextItem, item_id: playing.item_id }, 1_001_000);
    expect(score.at(1_001_999)).toEqual(playing);
    expect(score.at(1_002_000).position_ms).toBe(0);
  });

  it("obeys a pause at once, though a start is pending", () => {
    const score = new Score(SILENCE);
    score.set(playing, 1_000_500);
    score.set(nextItem, 1_001_000);
    score.set(paused, 1_001_500);
    expect(score.at(1_002_500)).toEqual(paused);
  });

  it("obeys a seek within the item at once, so that no wrong music sounds during the lead", () => {
    const score = new Score(SILENCE);
    score.set(playing, 1_000_500);
    const seek = { ...playing, position_ms: 60_000, at_ms: 1_001_300, starts_at_ms: 1_001_300 };
    score.set(seek, 1_001_000);
    expect(score.at(1_001_000)).toEqual(seek);
    expect(score.latest).toEqual(seek);
  });

  it("waits for nothing where nothing sounds", () => {
    const score = new Score(SILENCE);
    score.set(nextItem, 1_001_000);
    expect(score.at(1_001_000)).toEqual(nextItem);
    expect(new Score(SILENCE).at(5)).toEqual(SILENCE);
  });

  it("passes through starts that came and went while it was not looked at", () => {
    const score = new Score(SILENCE);
    score.set(playing, 1_000_500);
    score.set(nextItem, 1_001_000);
    score.set({ ...nextItem, item_id: "item_c", at_ms: 1_090_000, starts_at_ms: 1_090_000 }, 1_080_000);
    expect(score.at(1_085_000).item_id).toBe("item_b");
  });
});
