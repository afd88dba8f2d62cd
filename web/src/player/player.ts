/**
 * What the page uses to hear a room: give it the server's clock and the room's timeline, and it keeps to them.
 *
 * It turns server time into local time, chooses what the engines should sound, and says how well that goes. It decides
 * nothing about the room: at the end of a track it only says so, and the server advances by itself.
 */

import type { ServerClock } from "../sync/clock";
import { positionAt, Score, SILENCE, sameMusic, type Timeline } from "../sync/timeline";
import type { Cue, Description, Engine, Heard, Obstacle, Tier, Track } from "./engine";
import { PlaybackError } from "./errors";
import type { FetchMedia } from "./fetch-audio";
import { Loader } from "./loader";
import { MediaEngine } from "./media-engine";
import { ownMedia } from "./own-media";
import { SampleEngine } from "./sample-engine";
import { VideoEngine, type VideoStage } from "./video-engine";

export type Phase = "locked" | "idle" | "loading" | "ready" | "playing" | "failed";

export interface PlayerState {
  readonly phase: Phase;
  readonly itemId: string | null;
  /** How exactly the current item is played; null until an engine holds it. */
  readonly tier: Tier | null;
  /** Why `phase` is "failed". */
  readonly error: PlaybackError | null;
}

export interface PlayerStatus {
  /** The item the server last named, sounding or about to. */
  readonly itemId: string | null;
  /** Expected minus heard position; 0 while nothing sounds. */
  readonly driftMs: number;
  readonly offsetMs: number;
  readonly rttMs: number;
  readonly buffering: boolean;
  /** Whether `itemId` is ready to start on time. */
  readonly loaded: boolean;
  /** What will probably follow, once it is ready to start on time too. */
  readonly ahead: string | null;
  readonly tier: Tier | null;
  /** What keeps it from being heard though it plays. */
  readonly obstacle: Obstacle | null;
  /** Position of the item in force, heard where it sounds and meant where it does not. */
  readonly positionMs: number;
}

/** One reading of the audio clock, for tests and benches. */
export interface PlayerProbe {
  readonly serverMs: number;
  readonly positionMs: number;
  readonly itemId: string | null;
  readonly playing: boolean;
}

export interface PlayerOptions {
  /** Fetches media with whatever authorises it. */
  readonly fetchMedia: FetchMedia;
  readonly onState?: (state: PlayerState) => void;
  /** About four times a second. */
  readonly onStatus?: (status: PlayerStatus) => void;
  /** What the server should know: once a second, and at once where `loaded`, `ahead` or `buffering` changes. */
  readonly onReport?: (status: PlayerStatus) => void;
  readonly onTrackEnded?: (itemId: string) => void;
  /** The machine slept: the caller asks its clock for a fresh burst of probes. */
  readonly onWoke?: () => void;
  /** Where videos are shown, if they may be played here at all. */
  readonly videos?: VideoStage;
  /** What a video's player told of an item. */
  readonly onDescribed?: (itemId: string, description: Description) => void;
  readonly now?: () => number;
  readonly wallNow?: () => number;
  readonly origin?: string;
  /** In order of preference; for tests. */
  readonly engines?: readonly Engine[];
}

const TICK_MS = 250;
const REPORT_MS = 1_000;
/** A browser that allows sound says so within this; until then nobody is asked to tap. */
const LOCK_PATIENCE_MS = 500;
/** Timelines this close are the same music, which is corrected rather than started anew. */
const SAME_MUSIC_MS = 200;
const SLEPT_MS = 5_000;
/** Far enough back that rounding cannot put the anchor of running music into the future. */
const ANCHOR_AGO_MS = 1_000;

interface Keyed extends Timeline {
  readonly key: number;
}

export class Player {
  readonly #options: PlayerOptions;
  readonly #now: () => number;
  readonly #wallNow: () => number;
  readonly #engines: readonly Engine[];
  readonly #loader: Loader;
  readonly #score = new Score<Keyed>({ ...SILENCE, key: 0 });
  readonly #tracks = new Map<string, Track>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #createdAt: number;
  #clock: ServerClock | null = null;
  #keys = 0;
  #nextId: string | null = null;
  #endedKey = -1;
  #volume = 1;
  #muted = false;
  #state: PlayerState = { phase: "idle", itemId: null, tier: null, error: null };
  #reportedAt = Number.NEGATIVE_INFINITY;
  #reported = "";
  #tickedAt: { local: number; wall: number } | null = null;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#wallNow = options.wallNow ?? (() => Date.now());
    this.#createdAt = this.#now();
    this.#engines = options.engines ?? this.#ownEngines();
    this.#loader = new Loader(this.#engines, options.origin ?? globalThis.location?.origin ?? "", () =>
      this.tick(),
    );
    this.#timer = setInterval(() => this.tick(), TICK_MS);
  }

  get state(): PlayerState {
    return this.#state;
  }

  setClock(clock: ServerClock): void {
    this.#clock = clock;
    this.tick();
  }

  /** `current` is the timeline's item, `next` what will probably follow and is fetched ahead. */
  setTimeline(timeline: Timeline, current: Track | null, next: Track | null): void {
    const serverMs = this.#serverNow();
    const latest = this.#score.latest;
    const same = sameMusic(latest, timeline, serverMs, SAME_MUSIC_MS);
    const keyed: Keyed = { ...timeline, key: same ? latest.key : ++this.#keys };
    this.#score.set(keyed, serverMs);
    for (const track of [current, next]) if (track !== null) this.#tracks.set(track.itemId, track);
    this.#nextId = next?.itemId ?? null;
    this.#want(next);
    this.tick();
  }

  /** 0 to 1, as a slider has it: equal steps sound equally large. */
  setVolume(volume: number): void {
    this.#volume = Math.max(0, Math.min(1, volume));
    this.#applyVolume();
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#applyVolume();
  }

  /** Extra milliseconds this device takes to sound, as the listener tuned it. */
  setNudge(ms: number): void {
    for (const engine of this.#engines) engine.setNudge(ms);
    this.tick();
  }

  /** Call it within a tap or a key press. Answers whether sound is allowed now. */
  async unlock(): Promise<boolean> {
    const answers = await Promise.all(this.#engines.map((engine) => engine.unlock()));
    this.tick();
    return answers.some(Boolean);
  }

  /** After coming back to the page: takes sound up again where the browser had put it aside. */
  resync(): void {
    if (this.#engines.some((engine) => !engine.unlocked)) void this.unlock();
    else this.tick();
  }

  /** Tries again what could not be loaded. */
  retry(): void {
    this.#loader.retry();
    this.tick();
  }

  /** Whether an item is ready to start on time. */
  isLoaded(itemId: string): boolean {
    return this.#loader.engineOf(itemId) !== null;
  }

  /** What the loudspeaker plays at this moment, by the audio clock. */
  probe(): PlayerProbe {
    const local = this.#now();
    const serverMs = this.#serverNow(local);
    const heard = this.#heard(local);
    if (heard !== null)
      return { serverMs, positionMs: heard.positionMs, itemId: heard.itemId, playing: true };
    const timeline = this.#score.at(serverMs);
    return { serverMs, positionMs: positionAt(timeline, serverMs), itemId: timeline.item_id, playing: false };
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#loader.dispose();
    for (const engine of this.#engines) engine.dispose();
  }

  /** Brings the engines in line with this moment. Runs by itself; call it to have something happen at once. */
  tick(): void {
    this.#noticeSleep();
    const local = this.#now();
    const serverMs = this.#serverNow(local);
    const cues = this.#cues(serverMs);
    for (const engine of this.#engines) {
      engine.follow(cues.filter((cue) => this.#loader.engineOf(cue.itemId) === engine));
    }
    const heard = this.#heard(local);
    this.#noticeEnd(serverMs);
    const sounds = heard !== null && cues.some((cue) => cue.key === heard.key);
    this.#publish(this.#describe(sounds), this.#measure(heard, serverMs, local));
  }

  #ownEngines(): Engine[] {
    const shared = { now: this.#now, onChange: () => this.tick() };
    const media = new MediaEngine({
      ...shared,
      fetchOwn: ownMedia(this.#options.fetchMedia, this.#options.origin ?? globalThis.location?.origin ?? ""),
      onFailure: (itemId, error) => this.#loader.broke(itemId, error),
    });
    const { videos } = this.#options;
    const video = new VideoEngine({
      ...shared,
      stage: videos ?? null,
      onFailure: (itemId, error) => this.#loader.broke(itemId, error),
      onDescribed: (itemId, description) => this.#options.onDescribed?.(itemId, description),
    });
    try {
      return [new SampleEngine({ ...shared, fetchMedia: this.#options.fetchMedia }), media, video];
    } catch (thrown) {
      if (thrown instanceof PlaybackError) return [media, video];
      throw thrown;
    }
  }

  #serverNow(local = this.#now()): number {
    return this.#clock?.known ? this.#clock.serverNow(local) : Number.NEGATIVE_INFINITY;
  }

  #want(next: Track | null): void {
    const serverMs = this.#serverNow();
    const ids = [this.#score.at(serverMs).item_id, this.#score.latest.item_id, next?.itemId ?? null];
    const known = [...new Set(ids)].flatMap((id) => this.#tracks.get(id ?? "") ?? []);
    const wanted = withOneVideo(known, ids[0] ?? null, ids[1] ?? null);
    for (const id of this.#tracks.keys()) if (!ids.includes(id)) this.#tracks.delete(id);
    this.#loader.want(wanted);
  }

  #cues(serverMs: number): Cue[] {
    const clock = this.#clock;
    if (clock === null || !clock.settled) return [];
    const current = this.#score.at(serverMs);
    const pending = this.#score.pending(serverMs);
    const until = pending === null ? null : clock.toLocal(pending.at_ms);
    return [
      { timeline: current, untilLocalMs: until },
      { timeline: pending, untilLocalMs: null },
    ].flatMap(({ timeline, untilLocalMs }) => {
      if (timeline === null || !timeline.playing || timeline.item_id === null) return [];
      // Running music is anchored a moment ago: over minutes, two clocks that differ in rate part by milliseconds.
      const anchorMs = Math.max(serverMs - ANCHOR_AGO_MS, timeline.at_ms);
      return {
        key: timeline.key,
        itemId: timeline.item_id,
        positionMs: positionAt(timeline, anchorMs),
        atLocalMs: clock.toLocal(anchorMs),
        untilLocalMs,
        rate: timeline.rate,
      };
    });
  }

  #heard(local: number): Heard | null {
    for (const engine of this.#engines) {
      const heard = engine.heard(local);
      if (heard !== null) return heard;
    }
    return null;
  }

  #applyVolume(): void {
    const gain = this.#muted ? 0 : this.#volume ** 2;
    for (const engine of this.#engines) engine.setVolume(gain);
  }

  #describe(sounds: boolean): PlayerState {
    const itemId = this.#score.latest.item_id;
    const engine = itemId === null ? null : this.#loader.engineOf(itemId);
    const error = itemId === null ? null : this.#loader.failureOf(itemId);
    const gate = engine ?? this.#engines[0];
    const locked = gate !== undefined && !gate.unlocked && this.#now() - this.#createdAt > LOCK_PATIENCE_MS;
    let phase: Phase = "ready";
    if (error !== null) phase = "failed";
    else if (locked) phase = "locked";
    else if (itemId === null) phase = "idle";
    else if (sounds) phase = "playing";
    else if (engine === null) phase = "loading";
    return { phase, itemId, tier: engine?.tier ?? null, error };
  }

  #measure(heard: Heard | null, serverMs: number, local: number): PlayerStatus {
    const { item_id: itemId } = this.#score.latest;
    const timeline = this.#score.at(serverMs);
    const loaded = itemId !== null && this.#loader.engineOf(itemId) !== null;
    return {
      itemId,
      driftMs: heard?.driftMs ?? 0,
      offsetMs: this.#clock?.offsetAt(local) ?? 0,
      rttMs: this.#clock?.rttMs ?? 0,
      buffering:
        (itemId !== null && !loaded && this.#loader.failureOf(itemId) === null) ||
        this.#engines.some((engine) => engine.buffering),
      loaded,
      ahead: this.#nextId !== null && this.isLoaded(this.#nextId) ? this.#nextId : null,
      tier: this.#state.tier,
      obstacle: this.#engines.map((engine) => engine.obstacle).find(Boolean) ?? null,
      positionMs: heard?.positionMs ?? positionAt(timeline, serverMs),
    };
  }

  #publish(state: PlayerState, status: PlayerStatus): void {
    const before = this.#state;
    this.#state = state;
    const changed = (Object.keys(state) as (keyof PlayerState)[]).some(
      (name) => state[name] !== before[name],
    );
    if (changed) this.#options.onState?.(state);
    this.#options.onStatus?.(status);
    const now = this.#now();
    const news = `${status.itemId} ${status.loaded} ${status.buffering} ${status.ahead}`;
    if (now - this.#reportedAt < REPORT_MS - TICK_MS / 2 && news === this.#reported) return;
    this.#reportedAt = now;
    this.#reported = news;
    this.#options.onReport?.(status);
  }

  #noticeEnd(serverMs: number): void {
    const timeline = this.#score.at(serverMs);
    const itemId = timeline.item_id;
    if (!timeline.playing || itemId === null || timeline.key === this.#endedKey) return;
    const known =
      this.#loader.engineOf(itemId)?.durationMs(itemId) ?? this.#tracks.get(itemId)?.durationMs ?? null;
    if (known === null || positionAt(timeline, serverMs) < known) return;
    this.#endedKey = timeline.key;
    this.#options.onTrackEnded?.(itemId);
  }

  #noticeSleep(): void {
    const ticked = { local: this.#now(), wall: this.#wallNow() };
    const before = this.#tickedAt;
    this.#tickedAt = ticked;
    // Some machines stop the page's clock in their sleep and some do not; the wall clock tells either way.
    if (before !== null && ticked.wall - before.wall > SLEPT_MS) this.#options.onWoke?.();
  }
}

/**
 * The one player has one video: the item the server last named, or else the one that plays. None is loaded ahead: a player
 * has to be seen, and there is only one.
 */
function withOneVideo(tracks: readonly Track[], inForceId: string | null, latestId: string | null): Track[] {
  const videos = tracks.filter((track) => track.videoId !== undefined);
  const one = [latestId, inForceId].map((id) => videos.find((track) => track.itemId === id)).find(Boolean);
  return tracks.filter((track) => track.videoId === undefined || track === one);
}
