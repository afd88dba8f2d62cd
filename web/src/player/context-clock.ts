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
/** A page in the background samples once a second; by older samples, a card of another speed is too far off. */
const KEPT_MS = 10_000;
const TRUSTED_AFTER = 6;
const DISTRUSTED_AFTER = 2;
const FRESH_MS = 250;
const MIN_SLOPE = 0.95;
const MAX_SLOPE = 1.05;
const SLOPE_BASE_MS = 150;
const SLOPE_REACH_MS = 1_000;
/** So many samples in a row, all this far to one side, are no jitter: the output stopped for a moment, and is late. */
const STEP_SAMPLES = 6;
const STEP_MS = 4;

/** Medians this old tell how fast the card's crystal is against the page's; over shorter spans jitter would. */
const DRIFT_SPAN_MS = 20_000;
const DRIFT_LEAST_SPAN_MS = 8_000;
const DRIFT_EVERY_MS = 1_000;
const MOST_DRIFT = 0.0003;

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
  /** The median, and where in time it stands. */
  #centre: Sample = { atMs: 0, differenceMs: 0 };
  #earlier: Sample[] = [];
  #drift = 0;

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
    const oldestMs = sample.atMs - KEPT_MS;
    this.#samples = this.#samples.filter((s) => s.atMs >= oldestMs).slice(-KEPT);
    if (this.#stepped()) {
      this.#samples = this.#samples.slice(-STEP_SAMPLES);
      this.#earlier = [];
    }
    this.#trusted ||= this.#samples.length >= TRUSTED_AFTER;
    this.#centre = {
      atMs: median(this.#samples.map((s) => s.atMs)),
      differenceMs: median(this.#samples.map((s) => s.differenceMs)),
    };
    this.#measureDrift();
  }

  /** Forgets everything: after suspension, sleep or a change of output device. */
  reset(): void {
    this.#samples = [];
    this.#earlier = [];
    this.#bad = 0;
    this.#trusted = false;
  }

  /** Audio time, in seconds, heard at a page time. Means something only while trusted. */
  toContext(localMs: number): number {
    const { atMs, differenceMs } = this.#centre;
    return (localMs + differenceMs + this.#drift * (localMs - atMs)) / 1_000;
  }

  /** Page time at which an audio time, in seconds, is heard. Means something only while trusted. */
  toLocal(contextS: number): number {
    const { atMs, differenceMs } = this.#centre;
    return (contextS * 1_000 - differenceMs + this.#drift * atMs) / (1 + this.#drift);
  }

  /** A crystal holds its speed, so what was found stays until it is found again. */
  #measureDrift(): void {
    const centre = this.#centre;
    const last = this.#earlier.at(-1);
    if (last !== undefined && centre.atMs - last.atMs < DRIFT_EVERY_MS) return;
    this.#earlier = [...this.#earlier.filter((s) => centre.atMs - s.atMs <= DRIFT_SPAN_MS), centre];
    const first = this.#earlier[0] as Sample;
    const span = centre.atMs - first.atMs;
    if (span < DRIFT_LEAST_SPAN_MS) return;
    const drift = (centre.differenceMs - first.differenceMs) / span;
    this.#drift = Math.max(-MOST_DRIFT, Math.min(MOST_DRIFT, drift));
  }

  /** Whether the latest samples have left the others behind, which a median would notice only a second later. */
  #stepped(): boolean {
    const before = this.#samples.slice(0, -STEP_SAMPLES).map((s) => s.differenceMs);
    if (before.length < STEP_SAMPLES) return false;
    const usual = median(before);
    const off = this.#samples.slice(-STEP_SAMPLES).map((s) => s.differenceMs - usual);
    return off.every((ms) => ms > STEP_MS) || off.every((ms) => ms < -STEP_MS);
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
