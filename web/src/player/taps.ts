/**
 * What tapping along to clicks says about how late they are heard. Pure arithmetic over times in milliseconds.
 *
 * A tap is late by the loudspeaker's delay, the finger's habit and the keyboard's or screen's own delay together; no
 * arithmetic can tell them apart. Taps that belong to no click are thrown out, so one slip costs nothing.
 */

import { median } from "../sync/clock";

export interface TapEstimate {
  /** How long after its click a tap comes, typically. */
  readonly medianMs: number;
  /** Half the width within which the median is likely to lie. */
  readonly uncertaintyMs: number;
  readonly used: number;
  readonly rejected: number;
}

/** People tap early rather than late, so a click owns little of the time before it. */
const EARLIEST_MS = -150;
/** It takes a moment to fall into step. */
const WARM_UP = 2;
export const TAPS_NEEDED = 8;
/** More than anybody's patience, and enough for any average. */
const TAPS_KEPT = 40;
const OUTLIER_SPREADS = 3;
/** Steady hands would otherwise have good taps thrown out. */
const NARROWEST_SPREAD_MS = 12;
/** A median absolute deviation times this is a standard deviation. */
const DEVIATION = 1.4826;
/** The median's standard error is this many times the mean's; two of them hold it nineteen times in twenty. */
const MEDIAN_ERROR = 2 * 1.2533;

/** How long a tap comes after the click it is meant for, where clicks come every `periodMs` from `clickAtMs` on. */
export function lateness(tapAtMs: number, clickAtMs: number, periodMs: number): number {
  const since = tapAtMs - clickAtMs - EARLIEST_MS;
  return since - Math.floor(since / periodMs) * periodMs + EARLIEST_MS;
}

export class Taps {
  #late: readonly number[] = [];

  get count(): number {
    return this.#late.length;
  }

  /** Takes one tap's lateness. */
  add(lateMs: number): void {
    this.#late = [...this.#late, lateMs].slice(-TAPS_KEPT);
  }

  clear(): void {
    this.#late = [];
  }

  /** What the taps say so far, or null while they are too few. */
  estimate(): TapEstimate | null {
    if (this.#late.length < TAPS_NEEDED) return null;
    const taps = this.#late.slice(WARM_UP);
    const rough = median(taps);
    const spread = Math.max(NARROWEST_SPREAD_MS, spreadOf(taps, rough));
    const kept = taps.filter((tap) => Math.abs(tap - rough) <= OUTLIER_SPREADS * spread);
    const medianMs = median(kept);
    return {
      medianMs,
      uncertaintyMs: (MEDIAN_ERROR * spreadOf(kept, medianMs)) / Math.sqrt(kept.length),
      used: kept.length,
      rejected: taps.length - kept.length,
    };
  }
}

function spreadOf(values: readonly number[], middle: number): number {
  return DEVIATION * median(values.map((value) => Math.abs(value - middle)));
}
