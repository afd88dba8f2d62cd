import { describe, expect, it } from "vitest";
import type { PlayerState } from "../../player/player";
import { ofDrift, ofMember, ofSelf } from "./quality";
import { member } from "./testkit";

const sync = { drift_ms: -3, offset_ms: 0, rtt_ms: 20, buffering: false, loaded: true };
const state = (phase: PlayerState["phase"]): PlayerState => ({
  phase,
  itemId: "item_1",
  tier: "sample",
  error: null,
});

describe("drift", () => {
  it.each([
    [0, "full"],
    [-5, "full"],
    [12, "half"],
    [-90, "triangle"],
    [800, "square"],
  ])("of %i ms has a shape of its own", (ms, shape) => expect(ofDrift(ms).shape).toBe(shape));
});

describe("another member", () => {
  it("in time says so, with its figure", () => {
    expect(ofMember(member(2, { sync }), true)).toMatchObject({ word: "In sync", ms: "3.0 ms" });
  });

  it("that is loading is not judged by its drift", () => {
    expect(ofMember(member(2, { sync: { ...sync, drift_ms: 900, loaded: false } }), true).word).toBe(
      "Loading",
    );
  });

  it("without a connection is away, and without reports just connected", () => {
    expect(ofMember(member(2, { connected: false, sync }), true).word).toBe("Away");
    expect(ofMember(member(2), true).word).toBe("Connected");
  });

  it("is close in a video at a drift that would be none in a song", () => {
    const late = member(2, { sync: { ...sync, drift_ms: 120 } });
    expect(ofMember(late, true, true)).toMatchObject({ word: "Close", ms: "120 ms" });
    expect(ofMember(late, true).word).toBe("Catching up");
    expect(ofMember(member(2, { sync: { ...sync, drift_ms: 600 } }), true, true).word).toBe("Catching up");
    expect(ofMember(member(2, { sync: { ...sync, drift_ms: 1_500 } }), true, true).word).toBe("Out of sync");
  });

  it("has no drift while nothing plays", () => {
    expect(ofMember(member(2, { sync }), false)).toMatchObject({ word: "Ready", ms: null });
  });
});

describe("this device", () => {
  it("waits for a tap, and says so", () => {
    expect(ofSelf(state("locked"), null, false, true).word).toBe("No sound yet");
  });

  it("that only controls claims no sync", () => {
    expect(ofSelf(state("playing"), null, true, true)).toMatchObject({ word: "Remote", ms: null });
  });

  it("measures before it is ready", () => {
    expect(ofSelf(state("ready"), null, false, false).word).toBe("Measuring");
  });
});
