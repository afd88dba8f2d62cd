/**
 * Gets tracks ready, the current one before the next, each by the best engine that can play it.
 *
 * It chooses, retries and falls back; it never starts anything. One failure is kept per item until someone asks again.
 */

import type { Engine, Track } from "./engine";
import { asPlaybackError, type PlaybackError } from "./errors";

/** Waits between attempts at something that may work a little later. */
const RETRY_AFTER_MS = [500, 2_000, 5_000];

export class Loader {
  readonly #engines: readonly Engine[];
  readonly #onChange: () => void;
  readonly #origin: string;
  readonly #chosen = new Map<string, Engine>();
  readonly #failed = new Map<string, PlaybackError>();
  #wanted: readonly Track[] = [];
  #running: { itemId: string; abort: AbortController } | null = null;

  /** `engines` in order of preference; `origin` is this page's own. */
  constructor(engines: readonly Engine[], origin: string, onChange: () => void) {
    this.#engines = engines;
    this.#origin = origin;
    this.#onChange = onChange;
  }

  /** The engine that holds an item ready, or null while none does. */
  engineOf(itemId: string): Engine | null {
    const engine = this.#chosen.get(itemId);
    return engine?.has(itemId) ? engine : null;
  }

  failureOf(itemId: string): PlaybackError | null {
    return this.#failed.get(itemId) ?? null;
  }

  /** What should be ready, most urgent first. Everything else is let go. */
  want(tracks: readonly Track[]): void {
    this.#wanted = tracks;
    const ids = new Set(tracks.map((track) => track.itemId));
    const most = tracks.find((track) => this.#open(track));
    if (this.#running !== null && this.#running.itemId !== most?.itemId) this.#running.abort.abort();
    for (const engine of this.#engines) engine.retain(ids);
    for (const map of [this.#chosen, this.#failed]) {
      for (const itemId of map.keys()) if (!ids.has(itemId)) map.delete(itemId);
    }
    this.#pump();
  }

  /** Notes that an item broke off, or would be tried again with the engines after the one that failed. */
  broke(itemId: string, error: PlaybackError): void {
    this.#chosen.delete(itemId);
    this.#failed.set(itemId, error);
    this.#onChange();
  }

  /** Tries again what failed. */
  retry(): void {
    this.#failed.clear();
    this.#pump();
  }

  dispose(): void {
    this.#wanted = [];
    this.#running?.abort.abort();
  }

  #open(track: Track): boolean {
    return this.engineOf(track.itemId) === null && !this.#failed.has(track.itemId);
  }

  #pump(): void {
    if (this.#running !== null) return;
    const track = this.#wanted.find((wanted) => this.#open(wanted));
    if (track === undefined) return;
    const abort = new AbortController();
    this.#running = { itemId: track.itemId, abort };
    void this.#load(track, abort.signal).then((error) => {
      this.#running = null;
      if (error !== null && error.reason !== "aborted") this.#failed.set(track.itemId, error);
      this.#onChange();
      this.#pump();
    });
  }

  /** Answers what went wrong with every engine: the first one's reason, unless that was only its own limit. */
  async #load(track: Track, signal: AbortSignal): Promise<PlaybackError | null> {
    let told: PlaybackError | null = null;
    for (const engine of this.#enginesFor(track)) {
      const error = await this.#attempt(engine, track, signal);
      if (error === null) {
        this.#chosen.set(track.itemId, engine);
        return null;
      }
      if (!error.otherEngineMayPlay) return error;
      if (told === null || told.reason === "too_long") told = error;
    }
    return told;
  }

  #enginesFor(track: Track): Engine[] {
    const video = track.videoId !== undefined;
    return this.#engines.filter((engine) => (engine.tier === "video") === video);
  }

  async #attempt(engine: Engine, track: Track, signal: AbortSignal): Promise<PlaybackError | null> {
    for (let tries = 0; ; tries++) {
      try {
        await engine.load(track, signal);
        return null;
      } catch (thrown) {
        const error = signal.aborted
          ? asPlaybackError(abortion(), "aborted")
          : asPlaybackError(thrown, "undecodable");
        const wait = RETRY_AFTER_MS[tries];
        if (!error.retryable || wait === undefined || !this.#ownServer(track.url)) return error;
        await patience(wait, signal);
      }
    }
  }

  /** Another site's refusal looks like a broken line, and asking it again would not help. */
  #ownServer(url: string): boolean {
    try {
      return new URL(url, this.#origin).origin === this.#origin;
    } catch {
      return false;
    }
  }
}

function abortion(): Error {
  return Object.assign(new Error("no longer wanted"), { name: "AbortError" });
}

function patience(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
