import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BURST_PROBES, ClockEstimator } from "../sync/clock";
import type { Timeline } from "../sync/timeline";
import type { Cue, Engine, Heard, Tier, Track } from "./engine";
import { cuePositionAt } from "./engine";
import { PlaybackError } from "./errors";
import { FakeAudio } from "./fake-audio";
import { Player, type PlayerOptions, type PlayerState, type PlayerStatus } from "./player";
import { SampleEngine } from "./sample-engine";

const now = () => performance.now();
const OFFSET = 1_700_000_000_000;
const serverNow = () => now() + OFFSET;
const track = (itemId: string, url = `/media/${itemId}`): Track => ({ itemId, url, durationMs: 60_000 });

/** An engine that plays whatever it is told, exactly. */
class PerfectEngine implements Engine {
  unlocked = true;
  buffering = false;
  cues: readonly Cue[] = [];
  volume = 1;
  readonly keys = new Set<number>();
  readonly loaded = new Set<string>();
  readonly asked: string[] = [];
  fails: (itemId: string) => PlaybackError | null = () => null;
  loadMs = 0;

  constructor(readonly tier: Tier) {}

  async load({ itemId }: Track, signal: AbortSignal): Promise<void> {
    this.asked.push(itemId);
    await new Promise((resolve) => setTimeout(resolve, this.loadMs));
    if (signal.aborted) throw new PlaybackError("aborted");
    const error = this.fails(itemId);
    if (error !== null) throw error;
    this.loaded.add(itemId);
  }
  has(itemId: string): boolean {
    return this.loaded.has(itemId);
  }
  durationMs(itemId: string): number | null {
    return this.has(itemId) ? 60_000 : null;
  }
  retain(itemIds: ReadonlySet<string>): void {
    for (const id of this.loaded) if (!itemIds.has(id)) this.loaded.delete(id);
  }
  follow(cues: readonly Cue[]): void {
    this.cues = cues;
    for (const cue of cues) this.keys.add(cue.key);
  }
  heard(localMs: number): Heard | null {
    const cue = this.cues.find(
      (c) => localMs >= c.atLocalMs && (c.untilLocalMs === null || localMs < c.untilLocalMs),
    );
    if (cue === undefined || !this.unlocked) return null;
    return { key: cue.key, itemId: cue.itemId, positionMs: cuePositionAt(cue, localMs), driftMs: 0 };
  }
  setVolume(volume: number): void {
    this.volume = volume;
  }
  setNudge(): void {}
  async unlock(): Promise<boolean> {
    this.unlocked = true;
    return true;
  }
  dispose(): void {}
}

const playing = (changes: Partial<Timeline> = {}): Timeline => ({
  item_id: "a",
  playing: true,
  position_ms: 0,
  at_ms: serverNow(),
  starts_at_ms: null,
  rate: 1,
  ...changes,
});

function knownClock(): ClockEstimator {
  const clock = new ClockEstimator();
  for (let i = 0; i < BURST_PROBES; i++) {
    const t0 = now() - 3_000 + i * 70;
    clock.addProbe({ t0, t1: t0 + OFFSET + 10, t2: t0 + OFFSET + 10, t3: t0 + 20 });
  }
  return clock;
}

let player: Player;
let sample: PerfectEngine;
let media: PerfectEngine;
let states: PlayerState[];
let reports: PlayerStatus[];
let ended: string[];

function open(options: Partial<PlayerOptions> = {}): void {
  player = new Player({
    fetchMedia: async () => new Response("song"),
    engines: [sample, media],
    origin: "https://tutti.example",
    now,
    wallNow: now,
    onState: (state) => states.push(state),
    onReport: (report) => reports.push(report),
    onTrackEnded: (itemId) => ended.push(itemId),
    ...options,
  });
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout", "performance"] });
  vi.advanceTimersByTime(5_000);
  sample = new PerfectEngine("sample");
  media = new PerfectEngine("media");
  states = [];
  reports = [];
  ended = [];
});
afterEach(() => {
  player.dispose();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("the player", () => {
  it("goes from idle through loading and ready to playing", async () => {
    sample.loadMs = 300;
    open();
    player.setClock(knownClock());
    expect(player.state.phase).toBe("idle");
    player.setTimeline(
      playing({ at_ms: serverNow() + 1_000, starts_at_ms: serverNow() + 1_000 }),
      track("a"),
      null,
    );
    expect(player.state.phase).toBe("loading");
    await pass(1_500);
    expect(states.map((state) => state.phase)).toEqual(["loading", "ready", "playing"]);
    expect(player.state.tier).toBe("sample");
  });

  it("puts a late joiner onto the running timeline", async () => {
    sample.loadMs = 500;
    open();
    player.setClock(knownClock());
    player.setTimeline(playing({ position_ms: 10_000, at_ms: serverNow() - 5_000 }), track("a"), null);
    await pass(1_000);
    const probe = player.probe();
    expect(probe.playing).toBe(true);
    expect(probe.itemId).toBe("a");
    expect(probe.positionMs).toBeCloseTo(16_000, 0);
    expect(probe.serverMs).toBeCloseTo(serverNow(), 0);
  });

  it("sounds nothing before the server's clock is known", async () => {
    open();
    player.setTimeline(playing(), track("a"), null);
    await pass(1_000);
    expect(sample.cues).toEqual([]);
    player.setClock(knownClock());
    expect(sample.cues).toHaveLength(1);
  });

  it("gives videos to the engine for videos alone, the one at a time that is named last", async () => {
    const video = new PerfectEngine("video");
    open({ engines: [sample, media, video] });
    player.setClock(knownClock());
    const [a, b] = [track("a"), track("b")].map((each) => ({ ...each, videoId: `${each.itemId}-id` }));
    player.setTimeline(playing(), a ?? null, b ?? null);
    await pass(500);
    expect(player.state).toMatchObject({ phase: "playing", tier: "video" });
    expect(video.asked).toEqual(["a"]);
    player.setTimeline(playing({ item_id: "b" }), b ?? null, track("c"));
    await pass(500);
    expect(video.asked).toEqual(["a", "b"]);
    expect(video.has("a")).toBe(false);
    expect(sample.asked).toEqual(["c"]);
    player.setTimeline(playing({ item_id: "c" }), track("c"), a ?? null);
    await pass(500);
    expect(video.asked).toEqual(["a", "b"]);
    expect(media.asked).toEqual([]);
  });

  it("plays with the media element, and says so, what the sample engine cannot have", async () => {
    sample.fails = () => new PlaybackError("unreachable");
    open();
    player.setClock(knownClock());
    player.setTimeline(playing(), track("a", "https://elsewhere.example/a.mp3"), null);
    await pass(300);
    expect(player.state).toMatchObject({ phase: "playing", tier: "media" });
    expect(sample.asked).toEqual(["a"]);
  });

  it("asks its own server again after a broken line before it settles for less", async () => {
    let tries = 0;
    sample.fails = () => (++tries < 3 ? new PlaybackError("unreachable") : null);
    open();
    player.setClock(knownClock());
    player.setTimeline(playing(), track("a"), null);
    await pass(4_000);
    expect(player.state).toMatchObject({ phase: "playing", tier: "sample" });
    expect(sample.asked).toHaveLength(3);
  });

  it("does not ask the media element for what the listener may not hear, and names the reason", async () => {
    sample.fails = () => new PlaybackError("forbidden");
    open();
    player.setClock(knownClock());
    player.setTimeline(playing(), track("a"), null);
    await pass(300);
    expect(player.state.phase).toBe("failed");
    expect(player.state.error?.reason).toBe("forbidden");
    expect(player.state.error?.message).toBe("You are not allowed to hear this song.");
    expect(media.asked).toEqual([]);
    expect(reports.at(-1)).toMatchObject({ loaded: false, buffering: false });
  });

  it("tries a failed item again when asked", async () => {
    sample.fails = () => new PlaybackError("not_found");
    open();
    player.setClock(knownClock());
    player.setTimeline(playing(), track("a"), null);
    await pass(300);
    sample.fails = () => null;
    player.retry();
    await pass(300);
    expect(player.state.phase).toBe("playing");
  });

  it("gets the current item first and the next one after it, and forgets the rest", async () => {
    open();
    player.setClock(knownClock());
    player.setTimeline(playing(), track("a"), track("b"));
    await pass(300);
    expect(sample.asked).toEqual(["a", "b"]);
    expect(player.isLoaded("b")).toBe(true);
    player.setTimeline(playing({ item_id: "b" }), track("b"), track("c"));
    await pass(300);
    expect([...sample.loaded].sort()).toEqual(["b", "c"]);
  });

  it("lets go of a load that nobody waits for any more", async () => {
    sample.loadMs = 60_000;
    open();
    player.setClock(knownClock());
    player.setTimeline(playing(), track("a"), null);
    await pass(100);
    sample.loadMs = 0;
    player.setTimeline(playing({ item_id: "b" }), track("b"), null);
    await pass(61_000);
    expect(player.state).toMatchObject({ phase: "playing", itemId: "b" });
    expect(sample.has("a")).toBe(false);
  });

  it("hands over from one item to the next on the timeline", async () => {
    open();
    player.setClock(knownClock());
    player.setTimeline(playing(), track("a"), track("b"));
    await pass(1_000);
    const start = serverNow() + 2_000;
    player.setTimeline(playing({ item_id: "b", at_ms: start, starts_at_ms: start }), track("b"), null);
    await pass(1_500);
    expect(player.probe().itemId).toBe("a");
    expect(sample.cues).toHaveLength(2);
    expect(sample.cues[0]?.untilLocalMs).toBeCloseTo(sample.cues[1]?.atLocalMs ?? 0, 3);
    await pass(700);
    expect(player.probe()).toMatchObject({ itemId: "b", playing: true });
    expect(player.probe().positionMs).toBeCloseTo(200, 0);
  });

  it("keeps the music running through a new anchor of the same run, and restarts it for a seek", async () => {
    open();
    player.setClock(knownClock());
    player.setTimeline(playing(), track("a"), null);
    await pass(1_000);
    player.setTimeline(playing({ position_ms: 1_005 }), track("a"), null);
    await pass(300);
    expect(sample.keys.size).toBe(1);
    player.setTimeline(playing({ position_ms: 30_000 }), track("a"), null);
    await pass(300);
    expect(sample.keys.size).toBe(2);
  });

  it("stands where a pause left it", async () => {
    open();
    player.setClock(knownClock());
    player.setTimeline(playing(), track("a"), null);
    await pass(1_000);
    player.setTimeline(playing({ playing: false, position_ms: 1_000 }), track("a"), null);
    await pass(500);
    expect(player.probe()).toMatchObject({ playing: false, positionMs: 1_000, itemId: "a" });
    expect(player.state.phase).toBe("ready");
  });

  it("asks for a tap where the browser withholds sound, though it has loaded", async () => {
    sample.unlocked = false;
    open();
    player.setClock(knownClock());
    player.setTimeline(playing(), track("a"), null);
    expect(player.state.phase).toBe("loading");
    await pass(1_000);
    expect(player.state.phase).toBe("locked");
    expect(reports.at(-1)?.loaded).toBe(true);
    expect(await player.unlock()).toBe(true);
    expect(player.state.phase).toBe("playing");
  });

  it("says once that a track has ended", async () => {
    open();
    player.setClock(knownClock());
    player.setTimeline(playing({ position_ms: 59_000 }), track("a"), null);
    await pass(900);
    expect(ended).toEqual([]);
    await pass(3_000);
    expect(ended).toEqual(["a"]);
  });

  it("reports once a second, and at once when an item has loaded", async () => {
    sample.loadMs = 400;
    open();
    player.setClock(knownClock());
    player.setTimeline(playing(), track("a"), null);
    await pass(390);
    expect(reports.at(-1)).toMatchObject({ itemId: "a", loaded: false, buffering: true });
    await pass(20);
    expect(reports.at(-1)).toMatchObject({ itemId: "a", loaded: true, buffering: false, rttMs: 20 });
    const before = reports.length;
    await pass(10_100);
    expect(reports.length - before).toBe(10);
  });

  it("mutes and comes back to the volume it had", () => {
    open();
    player.setVolume(0.5);
    expect(sample.volume).toBeCloseTo(0.25);
    player.setMuted(true);
    expect(media.volume).toBe(0);
    player.setMuted(false);
    expect(media.volume).toBeCloseTo(0.25);
  });

  it("notices that the machine has slept", async () => {
    let wall = 0;
    let woke = 0;
    open({ wallNow: () => now() + wall, onWoke: () => woke++ });
    await pass(1_000);
    expect(woke).toBe(0);
    wall = 3_600_000;
    await pass(1_000);
    expect(woke).toBe(1);
  });
});

describe("the player on rendered audio", () => {
  let audio: FakeAudio;

  function openRendered(): void {
    audio = new FakeAudio(now, { latencyMs: 70 });
    const engine = new SampleEngine({
      fetchMedia: async () => new Response("song"),
      now,
      onChange: () => player.tick(),
      createContext: () => audio as unknown as AudioContext,
    });
    open({ engines: [engine] });
  }

  it("keeps the loudspeaker on the timeline while the estimate of the server's clock moves", async () => {
    openRendered();
    const clock = knownClock();
    player.setClock(clock);
    const timeline = playing({ at_ms: serverNow() + 1_000, starts_at_ms: serverNow() + 1_000 });
    player.setTimeline(timeline, track("a"), null);
    await pass(3_000);
    for (let i = 0; i < 40; i++) {
      // Every probe now says that the server is 4 ms ahead of what was believed.
      const t0 = now();
      clock.addProbe({ t0, t1: t0 + OFFSET + 14, t2: t0 + OFFSET + 14, t3: t0 + 20 });
      await pass(1_000);
      const heard = audio.heardAt(now())[0];
      const meant = timeline.position_ms + clock.serverNow(now()) - timeline.at_ms;
      expect(Math.abs((heard?.positionMs ?? Number.NaN) - meant)).toBeLessThan(1.5);
    }
  });

  it("is back on the timeline after the page was put to sleep", async () => {
    openRendered();
    player.setClock(knownClock());
    const timeline = playing({ at_ms: serverNow() });
    player.setTimeline(timeline, track("a"), null);
    await pass(2_000);
    audio.state = "suspended";
    await pass(7_000);
    expect(player.probe().playing).toBe(false);
    await audio.resume();
    await pass(1_500);
    const meant = serverNow() - timeline.at_ms;
    expect(Math.abs((audio.heardAt(now())[0]?.positionMs ?? Number.NaN) - meant)).toBeLessThan(1);
    expect(player.probe().playing).toBe(true);
  });
});
