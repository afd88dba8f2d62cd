import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type How,
  type Message,
  playerClass,
  Sim,
} from "../../../../tests/browser/harness/youtube-stand-in.mjs";
import { VIDEO } from "../../sync/correction";
import type { Cue, Description, Track } from "../engine";
import type { PlaybackError } from "../errors";
import type { YouTubeApi } from "./api";
import { YouTubeEngine } from "./engine";

const now = () => performance.now();
const ID = "aaaaaaaaaaa";
const LONG: How = { videos: { [ID]: { title: "Tide", author: "Ana", seconds: 300 } } };
const track = (durationMs: number | null = 300_000, videoId = ID): Track => ({
  itemId: "item",
  url: `https://www.youtube.com/watch?v=${videoId}`,
  durationMs,
  videoId,
});

let sim: Sim;
let engine: YouTubeEngine;
let failures: string[];
let told: Description[];
let orders: { func: string; atMs: number }[];

function open(how: How): void {
  let tell: (message: Message) => void = () => undefined;
  sim = new Sim((message) => tell(message), how, now);
  const Player = playerClass((_frame, hear) => {
    tell = hear;
    setTimeout(() => hear({ event: "onReady" }), 50);
    const post = (message: Message) => {
      orders.push({ func: String(message.func), atMs: now() });
      sim.do(message);
    };
    return { post, tapped: () => false, close: () => undefined };
  });
  engine = new YouTubeEngine({
    stage: { element: { append: () => undefined } as unknown as HTMLElement, title: "Video" },
    now,
    onChange: () => undefined,
    onFailure: (_item: string, error: PlaybackError) => failures.push(error.reason),
    onDescribed: (_item, description) => told.push(description),
    loadApi: async () => ({ Player }) as unknown as YouTubeApi,
  });
}

async function load(item = track()): Promise<void> {
  const loading = engine.load(item, new AbortController().signal);
  loading.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(500);
  await loading;
}

let key = 0;
/** Music that is at `positionMs` in `inMs` milliseconds. */
function cue(positionMs: number, inMs = 0, changes: Partial<Cue> = {}): Cue {
  key += 1;
  return {
    key,
    itemId: "item",
    positionMs,
    atLocalMs: now() + inMs,
    untilLocalMs: null,
    rate: 1,
    ...changes,
  };
}

/** Follows a cue for a while, as the player does, and tells how late the video really is then. */
async function hear(played: Cue, ms: number): Promise<number> {
  for (let passed = 0; passed < ms; passed += 250) {
    engine.follow([played]);
    await vi.advanceTimersByTimeAsync(250);
  }
  return played.positionMs + (now() - played.atLocalMs) - sim.truth().positionMs;
}

const count = (func: string) => orders.filter((order) => order.func === func).length;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout", "performance"] });
  vi.advanceTimersByTime(5_000);
  const frame = { remove: () => undefined };
  vi.stubGlobal("document", { createElement: () => frame });
  vi.stubGlobal("location", { origin: "https://tutti.example" });
  failures = [];
  told = [];
  orders = [];
});
afterEach(() => {
  engine.dispose();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a video", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "starts when it should, whatever the player's pace (%i)",
    async (seed) => {
      open({ ...LONG, seed: seed * 7_919 });
      await load();
      const late = await hear(cue(0, 1_000), 20_000);
      expect(Math.abs(late)).toBeLessThanOrEqual(VIDEO.seekAboveMs + 50);
      expect(Math.abs((engine.heard(now())?.driftMs ?? 1_000) - late)).toBeLessThanOrEqual(40);
    },
  );

  it("is joined in the middle, and told where it is", async () => {
    open(LONG);
    await load();
    const late = await hear(cue(120_000), 15_000);
    expect(Math.abs(late)).toBeLessThanOrEqual(VIDEO.seekAboveMs + 50);
  });

  it("is not corrected again and again where it is nearly right", async () => {
    open(LONG);
    await load();
    const played = cue(0, 1_000);
    await hear(played, 15_000);
    const before = count("seekTo") + count("pauseVideo");
    expect(before).toBeLessThanOrEqual(2);
    await hear(played, 60_000);
    expect(count("seekTo") + count("pauseVideo")).toBe(before);
  });

  it("follows a seek of the room, and learns how long one takes", async () => {
    open({ ...LONG, seekMs: [600, 600] });
    await load();
    await hear(cue(0, 500), 5_000);
    for (const place of [60_000, 90_000, 30_000, 150_000]) {
      await hear(cue(place, 500), 6_000);
    }
    const late = await hear(cue(200_000, 500), 2_500);
    expect(Math.abs(late)).toBeLessThanOrEqual(150);
  });

  it("stands while the room does, and goes on with it", async () => {
    open(LONG);
    await load();
    await hear(cue(0, 500), 5_000);
    engine.follow([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sim.truth().state).toBe(2);
    const late = await hear(cue(4_000, 500), 8_000);
    expect(sim.truth().moves).toBe(true);
    expect(Math.abs(late)).toBeLessThanOrEqual(VIDEO.seekAboveMs + 50);
  });

  it("that its listener stops by hand goes on with the room", async () => {
    open(LONG);
    await load();
    const played = cue(0, 500);
    await hear(played, 10_000);
    sim.do({ event: "command", func: "pauseVideo", args: [] });
    const late = await hear(played, 10_000);
    expect(sim.truth().moves).toBe(true);
    expect(Math.abs(late)).toBeLessThanOrEqual(VIDEO.seekAboveMs + 50);
  });

  it("that is ahead stands still for so long, and nobody is asked for a tap", async () => {
    open(LONG);
    await load();
    const played = cue(0, 500);
    await hear(played, 12_000);
    const seeks = count("seekTo");
    const back = { ...played, positionMs: played.positionMs - 1_500 };
    let locked = false;
    for (let n = 0; n < 30; n++) {
      await hear(back, 250);
      locked ||= !engine.unlocked;
    }
    expect(locked).toBe(false);
    expect(count("seekTo")).toBe(seeks);
    expect(Math.abs(await hear(back, 250))).toBeLessThanOrEqual(VIDEO.holdAboveMs + 50);
  });

  it("whose line runs dry says so, and comes back to the room's place", async () => {
    open(LONG);
    await load();
    const played = cue(0, 500);
    await hear(played, 10_000);
    expect(engine.buffering).toBe(false);
    sim.stall(3_000);
    await hear(played, 1_500);
    expect(engine.buffering).toBe(true);
    expect(engine.heard(now())).toBeNull();
    const late = await hear(played, 12_000);
    expect(engine.buffering).toBe(false);
    expect(Math.abs(late)).toBeLessThanOrEqual(VIDEO.seekAboveMs + 50);
  });

  it.each([true, false])(
    "waits for an advert, and is at the room's place after it (own length: %s)",
    async (tells) => {
      open({ ...LONG, advertMs: 6_000, advertTells: tells });
      await load();
      const played = cue(0, 500);
      await hear(played, 4_500);
      expect(sim.truth().advert).toBe(true);
      expect(engine.obstacle).toBe("advert");
      expect(engine.heard(now())).toBeNull();
      expect(count("seekTo")).toBe(0);
      const late = await hear(played, 15_000);
      expect(engine.obstacle).toBeNull();
      expect(Math.abs(late)).toBeLessThanOrEqual(VIDEO.seekAboveMs + 50);
      expect(failures).toEqual([]);
    },
  );

  it("tells what it is called and how long it is once it has run for a while", async () => {
    open(LONG);
    await load(track(null));
    expect(engine.durationMs("item")).toBeNull();
    await hear(cue(0, 500), 8_000);
    expect(told).toEqual([{ title: "Tide", author: "Ana", durationMs: 300_000 }]);
    expect(engine.durationMs("item")).toBe(300_000);
  });

  it("that is let go makes no sound any more", async () => {
    open(LONG);
    await load();
    await hear(cue(0, 500), 5_000);
    engine.retain(new Set(["other"]));
    await vi.advanceTimersByTimeAsync(500);
    expect(sim.truth().moves).toBe(false);
    expect(engine.has("item")).toBe(false);
  });
});

describe("a browser that wants a tap", () => {
  it("is believed, and nothing is tried until there was one", async () => {
    open({ ...LONG, refuses: true });
    await load();
    await hear(cue(0, 500), 3_000);
    expect(engine.unlocked).toBe(false);
    const tries = count("playVideo") + count("loadVideoById");
    await hear(cue(5_000), 5_000);
    expect(count("playVideo") + count("loadVideoById")).toBe(tries);
  });
});

describe("a browser that wants a tap in the frame itself", () => {
  it("is not asked for another tap on the page, and plays once it had its own", async () => {
    open({ ...LONG, refuses: true });
    await load();
    await hear(cue(0, 500), 3_000);
    await engine.unlock();
    const played = cue(4_000);
    await hear(played, 6_000);
    expect(engine.unlocked).toBe(true);
    expect(engine.obstacle).toBe("tap");
    sim.do({ event: "command", func: "playVideo", args: [], activated: true });
    const late = await hear(played, 12_000);
    expect(engine.obstacle).toBeNull();
    expect(Math.abs(late)).toBeLessThanOrEqual(VIDEO.seekAboveMs + 50);
  });
});

describe("a video that cannot be had", () => {
  it.each([
    [2, "video_invalid"],
    [5, "video_player"],
    [100, "video_gone"],
    [101, "video_embedding"],
    [150, "video_embedding"],
    [153, "video_refused"],
  ])("has a reason for error %i", async (error, reason) => {
    open({ videos: { [ID]: { error, seconds: 60 } } });
    await expect(load()).rejects.toMatchObject({ reason });
  });
});
