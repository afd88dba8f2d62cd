import { describe, expect, test } from "vitest";
import { carriedTo, type PlaybackState, positionAt, ServerClock } from "./position";

const AT = Date.parse("2024-01-01T12:00:00.000Z");

function state(playing: boolean): PlaybackState {
  return { playing, position: 45.5, timestamp: new Date(AT).toISOString(), current_time: 45.5 };
}

describe("the position", () => {
  test("moves on by what has passed, once", () => {
    expect(positionAt(state(true), AT + 2_500)).toBeCloseTo(48);
  });

  test("stands while paused", () => {
    expect(positionAt(state(false), AT + 2_500)).toBe(45.5);
  });

  test("waits for a start that lies ahead", () => {
    expect(positionAt(state(true), AT - 700)).toBe(45.5);
  });

  test("carried to another moment is the same music", () => {
    const carried = carriedTo(state(true), AT + 1_000);
    expect(carried.current_time).toBeCloseTo(46.5);
    expect(positionAt(carried, AT + 3_000)).toBeCloseTo(positionAt(state(true), AT + 3_000));
  });
});

describe("the server's clock", () => {
  test("is what our own says before anybody asked", () => {
    expect(new ServerClock(() => 7).now()).toBe(7);
  });

  test("is told best by the probe that waited least", () => {
    const clock = new ServerClock(() => 1_000);
    clock.take({ sentMs: 0, serverMs: 5_400, heardMs: 500 });
    clock.take({ sentMs: 600, serverMs: 5_610, heardMs: 620 });
    clock.take({ sentMs: 700, serverMs: 5_900, heardMs: 1_000 });
    expect(clock.offsetMs).toBe(5_000);
    expect(clock.roundTripMs).toBe(20);
    expect(clock.now()).toBe(6_000);
  });

  test("forgets old probes", () => {
    const clock = new ServerClock(() => 0);
    clock.take({ sentMs: 0, serverMs: 9_999, heardMs: 0 });
    for (let n = 1; n <= 16; n++) clock.take({ sentMs: n, serverMs: n + 3, heardMs: n + 2 });
    expect(clock.offsetMs).toBe(2);
  });
});
