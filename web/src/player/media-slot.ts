/** One media element: its loading, its measured position, and its way back to a cue. */

import { median } from "../sync/clock";
import { correctMedia, MEDIA } from "../sync/correction";
import { type Cue, cuePositionAt, type Track } from "./engine";
import { PlaybackError } from "./errors";

export interface SlotEvents {
  blocked(): void;
  failed(itemId: string, error: PlaybackError): void;
}

const LOAD_PATIENCE_MS = 20_000;
const MEASURES = 9;
/** After a start or a seek, an element's clock needs this long before it can be believed. */
const SETTLE_MS = 400;
const MAX_START_COST_MS = 500;
const ENDING_MS = 30;
/** Pitch is left to follow the rate this near to 1; time-stretching would jump. */
const UNHEARD_TRIM = 0.0051;
/** Every change of rate costs an element a little; smaller ones are not worth it. */
const RATE_STEP = 0.0008;

export class MediaSlot {
  #itemId: string | null = null;
  #key: number | null = null;
  #measures: { atMs: number; positionMs: number }[] = [];
  #startedAt = Number.NEGATIVE_INFINITY;
  #soughtAt = Number.NEGATIVE_INFINITY;
  #startCostMs = 30;
  #learning = false;
  #starting = false;

  constructor(
    readonly element: HTMLAudioElement,
    private readonly now: () => number,
    private readonly events: SlotEvents,
  ) {
    element.preload = "auto";
    element.addEventListener("error", () => this.#broke());
  }

  get itemId(): string | null {
    return this.#itemId;
  }

  get ready(): boolean {
    return this.#itemId !== null && this.element.readyState >= 1;
  }

  get fluent(): boolean {
    return this.element.readyState >= 3 && !this.element.seeking;
  }

  get sounding(): boolean {
    return !this.element.paused && !this.element.ended && this.#measures.length > 0;
  }

  get durationMs(): number | null {
    return Number.isFinite(this.element.duration) ? this.element.duration * 1_000 : null;
  }

  /** How long this element was found to need from being told to play until it does. */
  get startCostMs(): number {
    return this.#startCostMs;
  }

  load(track: Track, signal: AbortSignal): Promise<void> {
    if (this.#itemId === track.itemId && this.element.readyState >= 3) return Promise.resolve();
    const { element } = this;
    this.clear();
    this.#itemId = track.itemId;
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => () => {
        clearTimeout(patience);
        for (const [name, listener] of listeners) element.removeEventListener(name, listener);
        signal.removeEventListener("abort", aborted);
        finish();
      };
      const fail = (error: () => PlaybackError) =>
        settle(() => {
          const reason = error();
          if (this.#itemId === track.itemId) this.clear();
          reject(reason);
        });
      const aborted = fail(() => new PlaybackError("aborted"));
      const listeners: [string, () => void][] = [
        ["canplay", settle(resolve)],
        ["error", fail(() => this.#error())],
      ];
      const patience = setTimeout(
        fail(() => new PlaybackError("unreachable", "no data came")),
        LOAD_PATIENCE_MS,
      );
      for (const [name, listener] of listeners) element.addEventListener(name, listener);
      signal.addEventListener("abort", aborted);
      element.src = track.url;
      element.load();
    });
  }

  clear(): void {
    this.#itemId = null;
    this.#key = null;
    this.#measures = [];
    this.element.pause();
    this.element.removeAttribute("src");
    this.element.load();
  }

  /** Plays and stops at once, within a gesture, so that the element may play later. */
  touch(): void {
    const { volume } = this.element;
    this.element.volume = 0;
    const restore = () => {
      this.element.volume = volume;
    };
    this.element.play().then(() => {
      this.element.pause();
      restore();
    }, restore);
  }

  /** Stands ready at the place where `cue` will start, if there is one. */
  stand(cue: Cue | null): void {
    this.#measures = [];
    if (!this.element.paused) this.element.pause();
    if (cue !== null && this.#key !== cue.key && !this.element.seeking) {
      this.#key = cue.key;
      this.#seekTo(cuePositionAt(cue, this.now()));
    }
  }

  play(cue: Cue): void {
    const now = this.now();
    if (cuePositionAt(cue, now) >= (this.durationMs ?? Number.POSITIVE_INFINITY) - ENDING_MS) return;
    if (this.element.paused || this.#key !== cue.key) this.#start(cue, now);
    else this.#keepUp(cue, now);
  }

  /** The smoothed position; a single reading of an element is coarse. */
  positionAt(localMs: number): number {
    const rate = this.element.playbackRate;
    return median(this.#measures.map((m) => m.positionMs + (localMs - m.atMs) * rate));
  }

  #start(cue: Cue, now: number): void {
    if (this.#starting) return;
    const target = cuePositionAt(cue, now + this.#startCostMs);
    if (this.#key !== cue.key || Math.abs(this.element.currentTime * 1_000 - target) > MEDIA.trimAboveMs) {
      this.#seekTo(target);
    }
    this.#key = cue.key;
    this.#setRate(cue.rate, 1);
    this.#startedAt = now;
    this.#learning = true;
    this.#starting = true;
    this.element.play().then(
      () => {
        this.#starting = false;
      },
      (refusal: unknown) => {
        this.#starting = false;
        if (refusal instanceof Error && refusal.name === "NotAllowedError") this.events.blocked();
      },
    );
  }

  #keepUp(cue: Cue, now: number): void {
    if (!this.fluent) {
      this.#measures = [];
      this.#startedAt = now;
      return;
    }
    if (now - Math.max(this.#startedAt, this.#soughtAt) < SETTLE_MS) return;
    this.#measures.push({ atMs: now, positionMs: this.element.currentTime * 1_000 });
    if (this.#measures.length > MEASURES) this.#measures.shift();
    if (this.#measures.length < MEASURES) return;
    const driftMs = cuePositionAt(cue, now) - this.positionAt(now);
    this.#learn(driftMs);
    const trimming = this.element.playbackRate !== cue.rate;
    const correction = correctMedia(driftMs, trimming, now - this.#soughtAt);
    if (correction.kind === "seek") this.#seekTo(cuePositionAt(cue, now + this.#startCostMs));
    else if (correction.kind === "trim") this.#setRate(cue.rate, correction.rate);
  }

  /** The first drift after a start tells how much longer starting takes than was thought. */
  #learn(driftMs: number): void {
    if (!this.#learning) return;
    this.#learning = false;
    this.#startCostMs = Math.max(0, Math.min(MAX_START_COST_MS, this.#startCostMs + 0.5 * driftMs));
  }

  #seekTo(positionMs: number): void {
    this.#measures = [];
    this.#soughtAt = this.now();
    this.#learning = !this.element.paused;
    this.element.currentTime = Math.max(0, positionMs) / 1_000;
  }

  #setRate(rate: number, trim: number): void {
    const wanted = rate * trim;
    const nearly = trim !== 1 && Math.abs(this.element.playbackRate - wanted) < RATE_STEP * rate;
    if (nearly || this.element.playbackRate === wanted) return;
    const now = this.now();
    // What was measured at the old rate is carried over as one measure at this moment.
    this.#measures = this.#measures.length > 0 ? [{ atMs: now, positionMs: this.positionAt(now) }] : [];
    this.element.preservesPitch = Math.abs(trim - 1) > UNHEARD_TRIM;
    this.element.playbackRate = wanted;
  }

  #broke(): void {
    const itemId = this.#itemId;
    if (itemId !== null && this.element.error !== null && this.#key !== null) {
      const error = this.#error();
      this.clear();
      this.events.failed(itemId, error);
    }
  }

  #error(): PlaybackError {
    const error = this.element.error;
    const unreachable = error !== null && error.code === 2;
    return new PlaybackError(unreachable ? "unreachable" : "undecodable", error?.message ?? "");
  }
}
