/**
 * The audio clock against the page's clock.
 *
 * A browser says now and then which sample its output device was playing at which moment (`getOutputTimestamp`).
 * Single answers jitter, stand still or lie after sleep, so only the median of recent, plausible ones counts, and
 * only after a run of them. Pure: it never asks the browser itself.
 */

import { median } from "../sync/clock";

/** As `AudioContext.getOutputTimestamp()` answers: seconds of audio, milliseconds of the page. */
export interface OutputTimestamp {
  readonly contextTime: number;
  readonly performanceTime: number;
}

export const SAMPLE_EVERY_MS = 50;
const KEPT = 40;
const TRUSTED_AFTER = 6;
const DISTRUSTED_AFTER = 2;
const FRESH_MS = 250;
const MIN_SLOPE = 0.95;
const MAX_SLOPE = 1.05;
const SLOPE_BASE_MS = 150;
const SLOPE_REACH_MS = 1_000;

interface Sample {
  readonly atMs: number;
  /** Audio time minus page time, in milliseconds. */
  readonly differenceMs: number;
}

export class ContextClock {
  readonly #slopeBaseMs: number;
  #samples: Sample[] = [];
  #bad = 0;
  #trusted = false;
  #differenceMs = 0;

  /** Over spans shorter than `slopeBaseMs` the source's own jitter would pass for a wrong slope. */
  constructor(slopeBaseMs = SLOPE_BASE_MS) {
    this.#slopeBaseMs = slopeBaseMs;
  }

  /** True once six plausible samples agree, until two in a row do not. */
  get trusted(): boolean {
    return this.#trusted;
  }

  /** Takes one answer of the browser at page time `nowMs`. */
  add(timestamp: OutputTimestamp, nowMs: number): void {
    const { contextTime, performanceTime } = timestamp;
    const last = this.#samples.at(-1);
    const stale = !(nowMs - performanceTime <= FRESH_MS);
    if (!stale && last !== undefined && last.atMs === performanceTime) return;
    const sample = { atMs: performanceTime, differenceMs: contextTime * 1_000 - performanceTime };
    if (stale || !(contextTime > 0) || !(performanceTime > 0) || !this.#plausible(sample)) {
      this.#bad += 1;
      if (this.#bad >= DISTRUSTED_AFTER) this.reset();
      return;
    }
    this.#bad = 0;
    this.#samples.push(sample);
    if (this.#samples.length > KEPT) this.#samples.shift();
    this.#trusted ||= this.#samples.length >= TRUSTED_AFTER;
    this.#differenceMs = median(this.#samples.map((s) => s.differenceMs));
  }

  /** Forgets everything: after suspension, sleep or a change of output device. */
  reset(): void {
    this.#samples = [];
    this.#bad = 0;
    this.#trusted = false;
  }

  /** Audio time, in seconds, heard at a page time. Means something only while trusted. */
  toContext(localMs: number): number {
    return (localMs + this.#differenceMs) / 1_000;
  }

  /** Page time at which an audio time, in seconds, is heard. Means something only while trusted. */
  toLocal(contextS: number): number {
    return contextS * 1_000 - this.#differenceMs;
  }

  #plausible(sample: Sample): boolean {
    const newest = this.#samples.at(-1);
    if (newest === undefined) return true;
    if (sample.atMs < newest.atMs) return false;
    const base = this.#samples.find((s) => sample.atMs - s.atMs <= SLOPE_REACH_MS) ?? newest;
    const span = sample.atMs - base.atMs;
    const slope = 1 + (sample.differenceMs - base.differenceMs) / Math.max(span, this.#slopeBaseMs);
    return slope >= MIN_SLOPE && slope <= MAX_SLOPE;
  }
}

const SANE_MS = 100;
const ASSUMED_MS = 40;
const SMOOTHING = 0.1;

/** What the output device is believed to take, where the browser's timestamps do not already say so. */
export class OutputLatency {
  #ms: number | null;

  /** `rememberedMs` is what this device was found to take before, if anything. */
  constructor(rememberedMs: number | null = null) {
    this.#ms = rememberedMs;
  }

  get ms(): number {
    return this.#ms ?? ASSUMED_MS;
  }

  /** Takes the browser's `outputLatency` in seconds; nonsense is left aside. */
  add(reportedS: number | undefined): void {
    const ms = (reportedS ?? 0) * 1_000;
    if (!(ms > 0 && ms <= SANE_MS)) return;
    this.#ms = this.#ms === null ? ms : this.#ms + SMOOTHING * (ms - this.#ms);
  }
}
