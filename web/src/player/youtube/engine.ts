/**
 * The engine for YouTube videos: one player in one frame, which has to be seen while it plays. Exact to some hundreds of
 * milliseconds, and only while YouTube plays the video and nothing of its own in between.
 */

import type { Cue, Description, Engine, Heard, Obstacle, Track } from "../engine";
import { cuePositionAt, earlier } from "../engine";
import { PlaybackError } from "../errors";
import type { VideoStage } from "../video-engine";
import { STATE, type YouTubeApi } from "./api";
import { Costs } from "./costs";
import { Pilot } from "./pilot";
import { Video } from "./video";

export interface YouTubeEngineOptions {
  readonly stage: Pick<VideoStage, "element" | "title">;
  readonly now: () => number;
  readonly onChange: () => void;
  /** Called when an item that had loaded breaks off. */
  readonly onFailure: (itemId: string, error: PlaybackError) => void;
  readonly onDescribed: (itemId: string, description: Description) => void;
  /** For tests. */
  readonly loadApi?: () => Promise<YouTubeApi>;
}

/** How late a told position may be noticed, which is what the estimate of it is late by. */
const STEP_MS = 20;
/** A browser that refuses so soon after a tap will refuse again. */
const TAPPED_MS = 10_000;
const CUE_PATIENCE_MS = 15_000;
/** Who hears nothing for so long is told that it loads; a seek is over before. */
const BUFFERING_MS = 700;
/** A video that ran for so long in one go is the video, and tells its own length. */
const DESCRIBED_AFTER_MS = 3_000;

interface Held {
  readonly track: Track;
  readonly pilot: Pilot;
  ready: boolean;
  described: boolean;
  movingSince: number | null;
  silentSince: number | null;
}

export class YouTubeEngine implements Engine {
  readonly tier = "video";
  readonly #options: YouTubeEngineOptions;
  readonly #now: () => number;
  readonly #costs = new Costs();
  #opening: Promise<Video> | null = null;
  #video: Video | null = null;
  #held: Held | null = null;
  #waiting: { resolve: () => void; reject: (error: PlaybackError) => void } | null = null;
  #cues: readonly Cue[] = [];
  #timer: ReturnType<typeof setInterval> | null = null;
  #moments: ReturnType<typeof setTimeout>[] = [];
  #volume = 1;
  #nudgeMs = 0;
  #blocked = false;
  /** The page was tapped, and that was not enough: some browsers want a tap in the frame. */
  #tap = false;
  #unlockedAt = Number.NEGATIVE_INFINITY;
  #disposed = false;

  constructor(options: YouTubeEngineOptions) {
    this.#options = options;
    this.#now = options.now;
  }

  get unlocked(): boolean {
    return !this.#blocked;
  }

  get buffering(): boolean {
    const since = this.#held?.silentSince ?? null;
    return since !== null && this.#now() - since > BUFFERING_MS;
  }

  get obstacle(): Obstacle | null {
    if (this.#held?.pilot.interrupted) return "advert";
    return this.#tap && this.#wantsToSound ? "tap" : null;
  }

  async load(track: Track, signal: AbortSignal): Promise<void> {
    if (track.videoId === undefined) throw new PlaybackError("video_invalid");
    if (this.#held?.track.itemId === track.itemId && this.#held.ready) return;
    const video = await this.#open(track.videoId);
    if (signal.aborted || this.#disposed) throw new PlaybackError("aborted");
    this.#hold(video, track);
    await this.#cued(video, track.videoId, signal);
    if (this.#held?.track.itemId === track.itemId) this.#held.ready = true;
  }

  has(itemId: string): boolean {
    return this.#held?.track.itemId === itemId && this.#held.ready;
  }

  durationMs(itemId: string): number | null {
    if (this.#held?.track.itemId !== itemId) return null;
    // What the player says of its own may be an advert's length, until the video ran for a while.
    return this.#held.track.durationMs ?? (this.#held.described ? (this.#video?.durationMs ?? null) : null);
  }

  retain(itemIds: ReadonlySet<string>): void {
    if (this.#held === null || itemIds.has(this.#held.track.itemId)) return;
    this.#held = null;
    this.#video?.stop();
  }

  follow(cues: readonly Cue[]): void {
    this.#cues = earlier(cues, this.#nudgeMs);
    this.#arm();
    this.#step();
  }

  heard(localMs: number): Heard | null {
    const pilot = this.#held?.pilot;
    const cue = this.#due(localMs, 0);
    const positionMs = pilot?.moves ? pilot.positionAt(localMs) : null;
    if (cue === undefined || positionMs === null) return null;
    return {
      key: cue.key,
      itemId: cue.itemId,
      positionMs: positionMs - this.#nudgeMs * cue.rate,
      driftMs: cuePositionAt(cue, localMs) - positionMs,
    };
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    this.#video?.setVolume(volume);
  }

  setNudge(ms: number): void {
    this.#nudgeMs = ms;
  }

  async unlock(): Promise<boolean> {
    this.#unlockedAt = this.#now();
    this.#setBlocked(false);
    this.#held?.pilot.again();
    this.#step();
    return true;
  }

  dispose(): void {
    this.#disposed = true;
    this.#cues = [];
    this.#arm();
    this.#held = null;
    this.#video?.dispose();
  }

  #open(videoId: string): Promise<Video> {
    const { stage, loadApi } = this.#options;
    const events = {
      changed: () => this.#changed(),
      blocked: () => this.#refused(),
      failed: (error: PlaybackError) => this.#failed(error),
    };
    this.#opening ??= Video.open(stage.element, stage.title, videoId, events, loadApi).then(
      (video) => {
        this.#video = video;
        if (this.#disposed) video.dispose();
        else video.setVolume(this.#volume);
        return video;
      },
      (error: unknown) => {
        this.#opening = null;
        throw error;
      },
    );
    return this.#opening;
  }

  #hold(video: Video, track: Track): void {
    const pilot = new Pilot(video, track.videoId ?? "", track.durationMs, this.#now, this.#costs);
    this.#held = {
      track,
      pilot,
      ready: false,
      described: false,
      movingSince: null,
      silentSince: null,
    };
  }

  #cued(video: Video, videoId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", aborted);
        this.#waiting = null;
        finish();
      };
      const fail = (error: PlaybackError) => settle(() => reject(error));
      const aborted = () => fail(new PlaybackError("aborted"));
      const timer = setTimeout(() => fail(new PlaybackError("video_unreachable")), CUE_PATIENCE_MS);
      signal.addEventListener("abort", aborted);
      this.#waiting = { resolve: () => settle(resolve), reject: fail };
      video.cue(videoId);
    });
  }

  #changed(): void {
    const state = this.#video?.state;
    if (state === STATE.cued) this.#waiting?.resolve();
    // Whoever pressed play in the picture itself has given the tap.
    if (state === STATE.playing) {
      this.#tap = false;
      this.#setBlocked(false);
    }
    this.#step();
    this.#options.onChange();
  }

  #failed(error: PlaybackError): void {
    const held = this.#held;
    if (this.#waiting !== null) {
      this.#waiting.reject(error);
    } else if (held !== null) {
      this.#held = null;
      this.#options.onFailure(held.track.itemId, error);
    }
  }

  #due(localMs: number, leadMs: number): Cue | undefined {
    return this.#cues.findLast(
      (cue) =>
        cue.itemId === this.#held?.track.itemId &&
        localMs >= cue.atLocalMs - leadMs &&
        (cue.untilLocalMs === null || localMs < cue.untilLocalMs),
    );
  }

  /** What is to be played at this moment; what was begun is gone on with, even where it sounds too early. */
  #wanted({ pilot }: Held, now: number): Cue | undefined {
    const begun = (cue: Cue) =>
      cue.key === pilot.key && (cue.untilLocalMs === null || now < cue.untilLocalMs);
    return this.#due(now, pilot.leadMs) ?? this.#cues.find(begun);
  }

  /** Sets timers for the moments between steps at which something starts or ends. */
  #arm(): void {
    for (const moment of this.#moments) clearTimeout(moment);
    const now = this.#now();
    const leadMs = this.#held?.pilot.leadMs ?? 0;
    this.#moments = this.#cues
      .flatMap((cue) => [cue.atLocalMs - leadMs, cue.untilLocalMs])
      .concat(this.#held?.pilot.holdUntil ?? null)
      .filter((at) => at !== null && at > now)
      .map((at) => setTimeout(() => this.#step(), (at as number) - now));
    if (this.#cues.length > 0) {
      this.#timer ??= setInterval(() => this.#step(), STEP_MS);
    } else if (this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  #step(): void {
    const held = this.#held;
    if (held === null || !held.ready || this.#video === null) return;
    const now = this.#now();
    const { pilot } = held;
    const due = this.#wanted(held, now);
    const before = pilot.holdUntil;
    if (due !== undefined && !this.#blocked) {
      // A browser that lets nothing play says so in its own way, or not at all.
      if (pilot.ignored && held.movingSince === null && !this.#tap) this.#refused();
      else pilot.play(due);
    } else {
      pilot.stand(due ?? this.#cues.find((cue) => cue.itemId === held.track.itemId) ?? null);
    }
    if (pilot.holdUntil !== before) this.#arm();
    this.#notice(held, now);
  }

  #notice(held: Held, now: number): void {
    const due = this.#wantsToSound;
    const { moves } = held.pilot;
    held.movingSince = moves ? (held.movingSince ?? now) : null;
    held.silentSince = due && !moves && !this.#blocked ? (held.silentSince ?? now) : null;
    if (held.described || held.movingSince === null || now - held.movingSince < DESCRIBED_AFTER_MS) return;
    const durationMs = this.#video?.durationMs ?? null;
    const { title, author } = this.#video?.data ?? {};
    if (durationMs === null) return;
    held.described = true;
    this.#options.onDescribed(held.track.itemId, {
      title: title || null,
      author: author || null,
      durationMs,
    });
  }

  #refused(): void {
    if (this.#now() - this.#unlockedAt > TAPPED_MS) this.#setBlocked(true);
    else this.#tap = true;
  }

  get #wantsToSound(): boolean {
    return this.#due(this.#now(), 0) !== undefined;
  }

  #setBlocked(blocked: boolean): void {
    if (this.#blocked === blocked) return;
    this.#blocked = blocked;
    this.#options.onChange();
  }
}
