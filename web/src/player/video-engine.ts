/** What stands for the engine of YouTube videos until the first one is wanted: only then is it loaded. */

import type { Cue, Description, Engine, Heard, Obstacle, Track } from "./engine";
import { PlaybackError } from "./errors";

/** The place of YouTube's player, of which there is one: it has to be seen while it plays. */
export interface VideoStage {
  readonly element: HTMLElement;
  /** What its frame is called for who cannot see it. */
  readonly title: string;
  /** Whether this server has YouTube on. */
  readonly allowed: () => Promise<boolean>;
}

export interface VideoEngineOptions {
  /** Null where videos cannot be shown. */
  readonly stage: VideoStage | null;
  readonly now: () => number;
  readonly onChange: () => void;
  readonly onFailure: (itemId: string, error: PlaybackError) => void;
  readonly onDescribed: (itemId: string, description: Description) => void;
}

export class VideoEngine implements Engine {
  readonly tier = "video";
  readonly #options: VideoEngineOptions;
  #engine: Engine | null = null;
  #volume = 1;
  #nudgeMs = 0;

  constructor(options: VideoEngineOptions) {
    this.#options = options;
  }

  get unlocked(): boolean {
    return this.#engine?.unlocked ?? true;
  }

  get buffering(): boolean {
    return this.#engine?.buffering ?? false;
  }

  get obstacle(): Obstacle | null {
    return this.#engine?.obstacle ?? null;
  }

  async load(track: Track, signal: AbortSignal): Promise<void> {
    const { stage } = this.#options;
    if (stage === null) throw new PlaybackError("video_off");
    const [allowed, { YouTubeEngine }] = await Promise.all([
      stage.allowed(),
      import("./youtube/engine"),
    ]).catch((thrown: unknown) => {
      throw new PlaybackError("video_unreachable", String(thrown));
    });
    if (!allowed) throw new PlaybackError("video_off");
    if (signal.aborted) throw new PlaybackError("aborted");
    if (this.#engine === null) {
      this.#engine = new YouTubeEngine({ ...this.#options, stage });
      this.#engine.setVolume(this.#volume);
      this.#engine.setNudge(this.#nudgeMs);
    }
    await this.#engine.load(track, signal);
  }

  has(itemId: string): boolean {
    return this.#engine?.has(itemId) ?? false;
  }

  durationMs(itemId: string): number | null {
    return this.#engine?.durationMs(itemId) ?? null;
  }

  retain(itemIds: ReadonlySet<string>): void {
    this.#engine?.retain(itemIds);
  }

  follow(cues: readonly Cue[]): void {
    this.#engine?.follow(cues);
  }

  heard(localMs: number): Heard | null {
    return this.#engine?.heard(localMs) ?? null;
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    this.#engine?.setVolume(volume);
  }

  setNudge(ms: number): void {
    this.#nudgeMs = ms;
    this.#engine?.setNudge(ms);
  }

  async unlock(): Promise<boolean> {
    return this.#engine?.unlock() ?? false;
  }

  dispose(): void {
    this.#engine?.dispose();
  }
}
