import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { seeded } from "../sync/testkit";
import type { Cue, Track } from "./engine";
import { FakeAudio, type FakeDevice } from "./fake-audio";
import type { Pcm } from "./pcm";
import { LONGEST_WHOLE_MS, SampleEngine } from "./sample-engine";

const now = () => performance.now();
const track = (itemId: string): Track => ({ itemId, url: `/media/${itemId}`, durationMs: null });
const signal = () => new AbortController().signal;

let audio: FakeAudio;
let engine: SampleEngine;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout", "performance"] });
  vi.advanceTimersByTime(5_000);
});
afterEach(() => {
  engine.dispose();
  vi.useRealTimers();
});

function open(device: FakeDevice = {}, answer: () => Response = () => new Response("song")): void {
  audio = new FakeAudio(now, device);
  engine = new SampleEngine({
    fetchMedia: async () => answer(),
    now,
    onChange: () => undefined,
    createContext: () => audio as unknown as AudioContext,
  });
}

async function openLoaded(device: FakeDevice = {}): Promise<void> {
  open(device);
  audio.decode = () => ({ duration: 60, name: "a" });
  await engine.load(track("a"), signal());
  audio.decode = () => ({ duration: 60, name: "b" });
  await engine.load(track("b"), signal());
  vi.advanceTimersByTime(3_000);
}

const PIECE_S = 20;

/** Five minutes in pieces whose names are their numbers; a piece is there once `decoded` says so. */
function longPcm(decoded: (index: number) => boolean): Pcm {
  return {
    durationS: 300,
    pieceAt: (positionS) => {
      const index = Math.floor(positionS / PIECE_S);
      const buffer = { duration: PIECE_S + 0.1, name: String(index) } as unknown as AudioBuffer;
      return decoded(index) ? { buffer, fromS: index * PIECE_S, joinS: (index + 1) * PIECE_S + 0.02 } : null;
    },
    release: () => undefined,
  };
}

async function openLong(decoded: (index: number) => boolean = () => true): Promise<void> {
  audio = new FakeAudio(now);
  engine = new SampleEngine({
    fetchMedia: async () => new Response("song"),
    now,
    onChange: () => undefined,
    createContext: () => audio as unknown as AudioContext,
    openLong: async () => longPcm(decoded),
  });
  await engine.load({ ...track("a"), durationMs: LONGEST_WHOLE_MS + 1 }, signal());
  vi.advanceTimersByTime(3_000);
}

function cue(changes: Partial<Cue> = {}): Cue {
  return { key: 1, itemId: "a", positionMs: 0, atLocalMs: now(), untilLocalMs: null, rate: 1, ...changes };
}

/** Lets time pass with the cues followed four times a second, and calls `each` 20 ms apart. */
function pass(ms: number, cues: Cue[], each: () => void = () => undefined): void {
  for (let step = 0; step < ms; step += 20) {
    if (step % 240 === 0) engine.follow(cues);
    vi.advanceTimersByTime(20);
    each();
  }
}

/** How far the loudspeaker is from a cue, by what was really rendered. */
function trueDrift(wanted: Cue): number {
  const at = now();
  const loudest = audio.heardAt(at)[0];
  if (loudest === undefined) return Number.NaN;
  return wanted.positionMs + (at - wanted.atLocalMs) * wanted.rate - loudest.positionMs;
}

describe("the sample engine", () => {
  it("starts a scheduled cue at its moment", async () => {
    await openLoaded();
    const start = cue({ atLocalMs: now() + 700 });
    pass(680, [start], () => expect(audio.heardAt(now())).toEqual([]));
    pass(100, [start]);
    expect(Math.abs(trueDrift(start))).toBeLessThan(0.5);
    expect(Math.abs(engine.heard(now())?.driftMs ?? Number.NaN)).toBeLessThan(0.5);
  });

  it("joins music that already runs at the right place", async () => {
    await openLoaded();
    const running = cue({ positionMs: 10_000, atLocalMs: now() - 7_000 });
    pass(300, [running]);
    expect(Math.abs(trueDrift(running))).toBeLessThan(0.5);
    expect(audio.heardAt(now())[0]?.positionMs).toBeGreaterThan(17_000);
  });

  it("says what is heard as it is, not as it is meant", async () => {
    await openLoaded({ latencyMs: 80, callbackFrames: 2_048 });
    const running = cue({ atLocalMs: now() - 2_000 });
    pass(5_000, [running], () => {
      const heard = engine.heard(now());
      const truth = audio.heardAt(now())[0];
      if (truth === undefined || heard === null) return;
      expect(Math.abs(heard.positionMs - truth.positionMs)).toBeLessThan(0.2);
    });
  });

  it.each([100, -100])(
    "stays within 1.5 ms on a crystal %i ppm off, by trims of half a percent at most",
    async (skewPpm) => {
      const random = seeded(5);
      await openLoaded({ skewPpm, jitterMs: () => -1 + 2 * random() });
      const running = cue();
      pass(500, [running]);
      let loudest = 0;
      pass(50_000, [running], () => {
        expect(Math.abs(trueDrift(running))).toBeLessThan(1.5);
        loudest = Math.max(loudest, Math.abs((audio.heardAt(now())[0]?.rate ?? 1) - 1));
      });
      expect(loudest).toBeGreaterThan(0);
      expect(loudest).toBeLessThanOrEqual(0.005);
    },
  );

  it("comes back from a few milliseconds by trimming one voice, without a jump", async () => {
    await openLoaded();
    const running = cue();
    pass(1_000, [running]);
    const moved = { ...running, positionMs: 8 };
    let last = audio.heardAt(now())[0]?.positionMs ?? 0;
    pass(12_000, [moved], () => {
      const position = audio.heardAt(now())[0]?.positionMs ?? 0;
      expect(Math.abs(position - last - 20)).toBeLessThan(0.11);
      last = position;
    });
    expect(audio.sources).toHaveLength(1);
    expect(Math.abs(trueDrift(moved))).toBeLessThan(0.5);
    expect(audio.heardAt(now())[0]?.rate).toBe(1);
  });

  it("comes back from tens of milliseconds by a cross-fade of 20 ms", async () => {
    await openLoaded();
    const running = cue();
    pass(1_500, [running]);
    const moved = { ...running, positionMs: 60 };
    let doubled = 0;
    pass(400, [moved]);
    for (const block of audio.sources[1]?.rendered ?? []) if (block.gain < 0.99) doubled += 1;
    expect(audio.sources).toHaveLength(2);
    expect((doubled * 128) / 48).toBeCloseTo(20, -1);
    expect(Math.abs(trueDrift(moved))).toBeLessThan(0.5);
    expect(audio.heardAt(now())).toHaveLength(1);
  });

  it("starts anew where it is seconds off", async () => {
    await openLoaded();
    const running = cue();
    pass(1_500, [running]);
    const moved = { ...running, positionMs: 20_000 };
    pass(400, [moved]);
    expect(Math.abs(trueDrift(moved))).toBeLessThan(0.5);
  });

  it("stops what is no longer named, softly", async () => {
    await openLoaded();
    pass(1_000, [cue()]);
    pass(300, []);
    expect(audio.heardAt(now())).toEqual([]);
    expect(engine.heard(now())).toBeNull();
    const fade = audio.sources[0]?.rendered.slice(-3).map((block) => block.gain) ?? [];
    expect(fade.at(-1)).toBeLessThan(0.5);
  });

  it("takes back a start that has not begun", async () => {
    await openLoaded();
    pass(240, [cue({ atLocalMs: now() + 2_000 })]);
    pass(3_000, []);
    expect(audio.sources.every((source) => source.rendered.length === 0)).toBe(true);
  });

  it("goes over to a new cue for a seek", async () => {
    await openLoaded();
    pass(1_000, [cue()]);
    const sought = cue({ key: 2, positionMs: 30_000, atLocalMs: now() + 250 });
    pass(400, [sought]);
    expect(Math.abs(trueDrift(sought))).toBeLessThan(0.5);
    expect(audio.heardAt(now())).toHaveLength(1);
  });

  it("lets the next item follow without a gap or an overlap", async () => {
    await openLoaded();
    const end = now() + 2_000;
    const last = cue({ positionMs: 58_000, atLocalMs: now(), untilLocalMs: end });
    const next = cue({ key: 2, itemId: "b", atLocalMs: end });
    pass(1_960, [last, next]);
    for (let ms = 0; ms < 80; ms++) {
      vi.advanceTimersByTime(1);
      const heard = audio.heardAt(now());
      expect(heard.length, `${now() - end} ms after`).toBeLessThanOrEqual(1);
      if (Math.abs(now() - end) > 1) expect(heard[0]?.name).toBe(now() < end ? "a" : "b");
      if (now() < end - 1) expect(heard[0]?.gain).toBe(1);
    }
    expect(Math.abs(trueDrift(next))).toBeLessThan(0.5);
  });

  it("cuts an item short where the next one is to start before its end", async () => {
    await openLoaded();
    const end = now() + 1_000;
    const last = cue({ positionMs: 5_000, untilLocalMs: end });
    const next = cue({ key: 2, itemId: "b", atLocalMs: end });
    pass(1_200, [last, next]);
    expect(audio.heardAt(now()).map((heard) => heard.name)).toEqual(["b"]);
    expect(audio.sources[0]?.rendered.at(-1)?.gain).toBeLessThan(1);
  });

  it("plays earlier by the nudge of this device", async () => {
    await openLoaded();
    engine.setNudge(25);
    const running = cue({ atLocalMs: now() - 1_000 });
    pass(500, [running]);
    expect(trueDrift(running)).toBeCloseTo(-25, 0);
    expect(Math.abs(engine.heard(now())?.driftMs ?? Number.NaN)).toBeLessThan(0.5);
  });

  it("starts nothing before the audio clock is trusted", async () => {
    open();
    await engine.load(track("a"), signal());
    const running = cue();
    engine.follow([running]);
    vi.advanceTimersByTime(200);
    engine.follow([running]);
    expect(audio.sources).toHaveLength(0);
    vi.advanceTimersByTime(200);
    pass(300, [running]);
    expect(Math.abs(trueDrift(running))).toBeLessThan(0.5);
  });

  it("waits for a tap, and then joins at the right place", async () => {
    open({ suspended: true });
    await engine.load(track("a"), signal());
    const running = cue();
    pass(2_000, [running]);
    expect(engine.unlocked).toBe(false);
    const unlocking = engine.unlock();
    await vi.advanceTimersByTimeAsync(400);
    expect(await unlocking).toBe(true);
    pass(1_000, [running]);
    expect(Math.abs(trueDrift(running))).toBeLessThan(0.5);
  });

  it("falls back to an assumed latency where the browser gives no usable timestamps", async () => {
    open({ latencyMs: 40 });
    audio.getOutputTimestamp = () => ({ contextTime: 0, performanceTime: 0 });
    await engine.load(track("a"), signal());
    const running = cue();
    pass(6_000, [running]);
    expect(Math.abs(trueDrift(running))).toBeLessThan(25);
  });

  it("stays where it is while the timestamps are in doubt for a moment", async () => {
    await openLoaded({ latencyMs: 40 });
    const running = cue();
    pass(3_000, [running]);
    const good = audio.getOutputTimestamp.bind(audio);
    audio.getOutputTimestamp = () => ({ contextTime: 0, performanceTime: 0 });
    pass(1_000, [running]);
    audio.getOutputTimestamp = good;
    pass(2_000, [running]);
    expect(audio.sources).toHaveLength(1);
    expect(Math.abs(trueDrift(running))).toBeLessThan(0.5);
  });

  it.each([
    [403, "forbidden"],
    [404, "not_found"],
    [503, "server"],
  ])("says why a track is not to be had: %i is %s", async (status, reason) => {
    open({}, () => new Response("", { status }));
    await expect(engine.load(track("a"), signal())).rejects.toMatchObject({ name: "PlaybackError", reason });
  });

  it("says so where the format is foreign or the line is cut", async () => {
    open();
    audio.decodeAudioData = () => Promise.reject(new DOMException("Unable to decode", "EncodingError"));
    await expect(engine.load(track("a"), signal())).rejects.toMatchObject({ reason: "undecodable" });
    engine.dispose();
    open({}, () => {
      throw new TypeError("Failed to fetch");
    });
    await expect(engine.load(track("a"), signal())).rejects.toMatchObject({ reason: "unreachable" });
  });

  it("lets go of what is not to be retained", async () => {
    await openLoaded();
    engine.retain(new Set(["b"]));
    expect(engine.has("a")).toBe(false);
    expect(engine.has("b")).toBe(true);
    expect(engine.durationMs("b")).toBe(60_000);
  });
});

describe("the sample engine on a long track", () => {
  /** Where the loudspeaker is in the whole track, and the sum of all gains. */
  function heardInTrack(): { positionMs: number; gain: number } {
    const heard = audio.heardAt(now());
    const loudest = heard[0];
    const fromMs = Number(loudest?.name) * PIECE_S * 1_000;
    return {
      positionMs: fromMs + (loudest?.positionMs ?? 0),
      gain: heard.reduce((sum, h) => sum + h.gain, 0),
    };
  }

  it("goes from piece to piece without a gap, a dent or a jump", async () => {
    await openLong();
    const running = cue({ positionMs: 15_000 });
    pass(500, [running]);
    pass(60_000, [running], () => {
      const { positionMs, gain } = heardInTrack();
      expect(Math.abs(gain - 1), `at ${positionMs}`).toBeLessThan(0.15);
      expect(Math.abs(positionMs - (15_000 + now() - running.atLocalMs))).toBeLessThan(0.5);
    });
    expect(audio.sources.map((source) => source.buffer?.name)).toEqual(["0", "1", "2", "3"]);
  });

  it("stops at once, though the next piece is already on its way", async () => {
    await openLong();
    const running = cue({ positionMs: 18_500 });
    pass(720, [running]);
    expect(audio.sources).toHaveLength(2);
    pass(200, []);
    pass(2_000, [], () => expect(audio.heardAt(now())).toEqual([]));
  });

  it("hands over to another item in the middle of a join", async () => {
    await openLong();
    audio.decode = () => ({ duration: 60, name: "b" });
    await engine.load(track("b"), signal());
    const at = now() + 1_000;
    const cues = [cue({ positionMs: 18_500, untilLocalMs: at }), cue({ key: 2, itemId: "b", atLocalMs: at })];
    pass(980, cues);
    pass(100, cues);
    pass(1_500, cues, () => expect(audio.heardAt(now()).map((heard) => heard.name)).toEqual(["b"]));
  });

  it("says that it waits for a piece, and comes in at the right place once it is there", async () => {
    let there = false;
    await openLong((index) => there || index === 0);
    const running = cue({ positionMs: 70_000 });
    pass(1_000, [running]);
    expect(engine.buffering).toBe(true);
    expect(audio.heardAt(now())).toEqual([]);
    there = true;
    pass(500, [running]);
    expect(engine.buffering).toBe(false);
    expect(Math.abs(heardInTrack().positionMs - (70_000 + now() - running.atLocalMs))).toBeLessThan(0.5);
  });

  it("comes to rest on the timeline though a join interrupts its trimming", async () => {
    await openLong();
    const running = cue({ positionMs: 0 });
    pass(500, [running]);
    const moved = { ...running, positionMs: 9 };
    pass(17_000, [running]);
    pass(5_000, [moved]);
    expect(Math.abs(heardInTrack().positionMs - (9 + now() - running.atLocalMs))).toBeLessThan(1);
  });
});
