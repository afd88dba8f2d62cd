import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Cue, Track } from "./engine";
import type { PlaybackError } from "./errors";
import { MediaEngine } from "./media-engine";

const now = () => performance.now();
const track = (itemId: string): Track => ({
  itemId,
  url: `https://elsewhere.example/${itemId}`,
  durationMs: null,
});
const signal = () => new AbortController().signal;

/** As much of an audio element as the engine uses: it starts late, seeks late, and runs at its rate. */
class FakeElement extends EventTarget {
  src = "";
  preload = "";
  volume = 1;
  duration = 600;
  paused = true;
  ended = false;
  preservesPitch = true;
  readyState = 0;
  seeking = false;
  error: { code: number; message: string } | null = null;
  startMs = 40;
  refuses = false;
  broken = false;
  readonly seeks: number[] = [];
  readonly rates: number[] = [];
  #rate = 1;
  #from = { atMs: 0, positionS: 0 };

  get currentTime(): number {
    if (this.paused) return this.#from.positionS;
    return this.#from.positionS + (Math.max(0, now() - this.#from.atMs) / 1_000) * this.#rate;
  }
  set currentTime(positionS: number) {
    this.seeks.push(positionS * 1_000);
    this.#from = { atMs: now() + (this.paused ? 0 : 30), positionS };
  }
  get playbackRate(): number {
    return this.#rate;
  }
  set playbackRate(rate: number) {
    this.#from = { atMs: now(), positionS: this.currentTime };
    this.rates.push(rate);
    this.#rate = rate;
  }
  load(): void {
    this.readyState = 0;
    if (this.src === "") return;
    setTimeout(() => {
      if (this.broken) this.error = { code: 4, message: "no decoder" };
      else this.readyState = 4;
      this.dispatchEvent(new Event(this.broken ? "error" : "canplay"));
    }, 20);
  }
  removeAttribute(): void {
    this.src = "";
  }
  async play(): Promise<void> {
    if (this.refuses) throw new DOMException("a gesture is needed", "NotAllowedError");
    this.#from = { atMs: now() + this.startMs, positionS: this.currentTime };
    this.paused = false;
  }
  pause(): void {
    this.#from = { atMs: now(), positionS: this.currentTime };
    this.paused = true;
  }
}

let elements: FakeElement[];
let engine: MediaEngine;
let failures: [string, PlaybackError][];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout", "performance"] });
  vi.advanceTimersByTime(5_000);
  elements = [];
  failures = [];
  engine = new MediaEngine({
    now,
    onChange: () => undefined,
    fetchOwn: (url) => (url.startsWith("/media/") ? Promise.resolve(new Blob(["song"])) : null),
    onFailure: (itemId, error) => failures.push([itemId, error]),
    createElement: () => {
      const element = new FakeElement();
      elements.push(element);
      return element as unknown as HTMLAudioElement;
    },
  });
});
afterEach(() => {
  engine.dispose();
  vi.useRealTimers();
});

async function load(itemId: string): Promise<FakeElement> {
  const loading = engine.load(track(itemId), signal());
  await vi.advanceTimersByTimeAsync(30);
  await loading;
  return elements.find((element) => element.src.endsWith(itemId)) as FakeElement;
}

const cue = (changes: Partial<Cue> = {}): Cue => ({
  key: 1,
  itemId: "a",
  positionMs: 10_000,
  atLocalMs: now() - 1,
  untilLocalMs: null,
  rate: 1,
  ...changes,
});

async function pass(ms: number, cues: Cue[], each: () => void = () => undefined): Promise<void> {
  for (let step = 0; step < ms; step += 50) {
    if (step % 250 === 0) engine.follow(cues);
    await vi.advanceTimersByTimeAsync(50);
    each();
  }
}

const drift = (element: FakeElement, wanted: Cue) =>
  wanted.positionMs + now() - wanted.atLocalMs - element.currentTime * 1_000;

describe("the media element engine", () => {
  it("is handed files of our own server, for which an element could not sign in", async () => {
    const revoked = vi.spyOn(URL, "revokeObjectURL");
    const loading = engine.load({ itemId: "own", url: "/media/own", durationMs: null }, signal());
    await vi.waitFor(() => expect(elements[0]?.src).toMatch(/^blob:/));
    const address = elements[0]?.src;
    await vi.advanceTimersByTimeAsync(30);
    await loading;
    expect(engine.has("own")).toBe(true);
    engine.retain(new Set());
    expect(revoked).toHaveBeenCalledWith(address);
  });

  it("stands at its place before a scheduled start, and starts there", async () => {
    const element = await load("a");
    const start = cue({ atLocalMs: now() + 1_000 });
    await pass(900, [start]);
    expect(element.paused).toBe(true);
    expect(element.currentTime).toBe(10);
    await pass(1_500, [start]);
    expect(Math.abs(drift(element, start))).toBeLessThan(20);
    expect(engine.heard(now())?.driftMs).toBeCloseTo(drift(element, start), 0);
  });

  it("trims tens of milliseconds away within half a percent, leaving the pitch to follow, without a seek", async () => {
    const element = await load("a");
    const running = cue();
    await pass(2_000, [running]);
    const moved = { ...running, positionMs: running.positionMs + 60 };
    const seeks = element.seeks.length;
    await pass(30_000, [moved]);
    expect(Math.abs(drift(element, moved))).toBeLessThan(10);
    expect(element.seeks).toHaveLength(seeks);
    expect(Math.max(...element.rates)).toBeLessThanOrEqual(1.005);
    expect(element.preservesPitch).toBe(false);
    expect(element.playbackRate).toBe(1);
  });

  it("trims hundreds of milliseconds away at two percent, keeping the pitch", async () => {
    const element = await load("a");
    const running = cue();
    await pass(2_000, [running]);
    await pass(2_000, [{ ...running, positionMs: running.positionMs + 300 }]);
    expect(element.playbackRate).toBeCloseTo(1.02);
    expect(element.preservesPitch).toBe(true);
  });

  it("seeks once in three seconds where it is further off", async () => {
    const element = await load("a");
    const running = cue();
    await pass(5_000, [running]);
    element.seeks.length = 0;
    let ahead = 0;
    for (let turn = 0; turn < 24; turn++) {
      ahead += 1_000;
      await pass(250, [{ ...running, positionMs: running.positionMs + ahead }]);
    }
    expect(element.seeks.length).toBeGreaterThan(0);
    expect(element.seeks.length).toBeLessThanOrEqual(3);
  });

  it("pauses at once, and stays silent", async () => {
    const element = await load("a");
    await pass(2_000, [cue()]);
    await pass(100, []);
    expect(element.paused).toBe(true);
    expect(engine.heard(now())).toBeNull();
  });

  it("hands over to the next item at its moment", async () => {
    const first = await load("a");
    const second = await load("b");
    const at = now() + 1_000;
    const cues = [cue({ untilLocalMs: at }), cue({ key: 2, itemId: "b", positionMs: 0, atLocalMs: at })];
    await pass(900, cues);
    expect([first.paused, second.paused]).toEqual([false, true]);
    await pass(400, cues);
    expect([first.paused, second.paused]).toEqual([true, false]);
    expect(Math.abs(second.currentTime * 1_000 - (now() - at))).toBeLessThan(25);
  });

  it("says that a tap is needed where the element refuses, and plays after it", async () => {
    const element = await load("a");
    element.refuses = true;
    await pass(200, [cue()]);
    expect(engine.unlocked).toBe(false);
    element.refuses = false;
    expect(await engine.unlock()).toBe(true);
    expect(element.paused).toBe(false);
  });

  it("says what it cannot play", async () => {
    for (const element of elements) element.broken = true;
    const loading = engine.load(track("a"), signal());
    const outcome = expect(loading).rejects.toMatchObject({ reason: "undecodable", detail: "no decoder" });
    await vi.advanceTimersByTimeAsync(30);
    await outcome;
    expect(engine.has("a")).toBe(false);
  });

  it("says when what it plays breaks off", async () => {
    const element = await load("a");
    await pass(1_000, [cue()]);
    element.error = { code: 2, message: "line cut" };
    element.dispatchEvent(new Event("error"));
    expect(failures.map(([itemId, error]) => [itemId, error.reason])).toEqual([["a", "unreachable"]]);
  });

  it("gives up a load that is no longer wanted", async () => {
    const abort = new AbortController();
    const outcome = expect(engine.load(track("a"), abort.signal)).rejects.toMatchObject({
      reason: "aborted",
    });
    abort.abort();
    await outcome;
  });
});
