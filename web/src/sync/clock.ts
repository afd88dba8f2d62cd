/**
 * The server's clock, estimated from four-timestamp probes.
 *
 * Queues only ever add delay, so each direction is judged by its fastest probes alone: the true offset lies below
 * every `t1 - t0` and above every `t2 - t3`. Two crystals also run at different rates, so the bounds are taken along
 * a grid of slopes, and the slope that leaves the widest gap between the bounds is the one both envelopes agree on.
 *
 * Knows nothing of sockets, timers or audio: times come in as numbers, in milliseconds. Local times are monotonic
 * (`performance.now()`), server times are the server's epoch milliseconds. A constant asymmetry of the path cannot be
 * seen by any probe.
 */

/** One exchange: sent at `t0` (local), received at `t1` and answered at `t2` (server), back at `t3` (local). */
export interface Probe {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
  readonly t3: number;
}

/** What the player and the reports need to know of the server's clock. */
export interface ServerClock {
  /** True once at least one probe has been seen. */
  readonly known: boolean;
  /** True once enough probes agree to start music by it. */
  readonly settled: boolean;
  /** Median round trip of the latest probes, without the server's own time; 0 until known. */
  readonly rttMs: number;
  /** Server minus local clock at a local time. */
  offsetAt(localMs: number): number;
  serverNow(localMs: number): number;
  toLocal(serverMs: number): number;
}

/** How far the estimate can be trusted. */
export interface ClockQuality {
  readonly probes: number;
  /** Expected error from queueing, in ms; an asymmetric path adds up to half of `minRttMs` unseen. */
  readonly uncertaintyMs: number;
  readonly minRttMs: number;
  readonly skewPpm: number;
}

/** What a probe did to the estimate: `jumped` asks for a fresh burst of probes. */
export type ProbeOutcome = "ignored" | "taken" | "jumped";

export const WINDOW_MS = 90_000;
export const MAX_SLEW_MS = 0.5;
export const BURST_PROBES = 32;
const MAX_SKEW_PPM = 100;
const SKEW_STEP_PPM = 2;
/** Narrower than this, the bounds contradict each other: a clock jumped. Below it lies the timers' own coarseness. */
const CONTRADICTION_MS = -1;
/** Slewing this far would take longer than anyone should listen to the error. */
const SNAP_MS = 25;
const RECENT_PROBES = 9;
const FEW_PROBES = 8;
/**
 * After a reopening, an estimate that the new probes do not contradict stands until their bounds are about as narrow as
 * the old ones were: the first seconds may all lie in one full queue. A longer way is believed after this long.
 */
const REOPENED_MS = 30_000;
const ABOUT_AS_NARROW = 1.5;
const ABOUT_AS_NARROW_MS = 2;
/** Spans below this say nothing about slopes. */
const MIN_SLOPE_SPAN_MS = 1_000;
/**
 * What leaving the previous slope costs, as a share of the offset it would move at the window's edge. Crystals hold
 * their rate, so a slope has to be earned by both envelopes rather than by one queue that fills slowly.
 */
const SLOPE_INERTIA = 0.25;

interface Fit {
  readonly offset: number;
  readonly slope: number;
  readonly width: number;
}

export class ClockEstimator implements ServerClock {
  #probes: Probe[] = [];
  #offset = 0;
  #slope = 0;
  #refMs = 0;
  #known = false;
  /** Probes taken since the first one or a jump; the estimate moves freely while it settles. */
  #settling = 0;
  #width = Number.POSITIVE_INFINITY;
  #reopened: { readonly width: number; readonly sinceMs: number } | null = null;

  get known(): boolean {
    return this.#known;
  }

  get settled(): boolean {
    return this.#settling >= FEW_PROBES;
  }

  get rttMs(): number {
    return median(this.#probes.slice(-RECENT_PROBES).map(rttOf));
  }

  get quality(): ClockQuality {
    const ups = this.#probes.map((p) => p.t1 - p.t0 - this.#slope * (p.t0 - this.#refMs));
    const downs = this.#probes.map((p) => p.t3 - p.t2 + this.#slope * (p.t3 - this.#refMs));
    const rtts = this.#probes.map(rttOf);
    const minRttMs = rtts.length > 0 ? Math.min(...rtts) : 0;
    const few = rtts.length < FEW_PROBES ? minRttMs / 2 : 0;
    return {
      probes: rtts.length,
      uncertaintyMs: this.#known ? (lowestGap(ups) + lowestGap(downs)) / 2 + few : Number.POSITIVE_INFINITY,
      minRttMs,
      skewPpm: this.#slope * 1e6,
    };
  }

  /** Takes one probe. Impossible ones (not numbers, negative times on either side) are ignored. */
  addProbe(probe: Probe): ProbeOutcome {
    const { t0, t1, t2, t3 } = probe;
    if (![t0, t1, t2, t3].every(Number.isFinite) || t3 < t0 || t2 < t1 || rttOf(probe) < CONTRADICTION_MS) {
      return "ignored";
    }
    this.#probes.push(probe);
    const oldest = t3 - WINDOW_MS;
    this.#probes = this.#probes.filter((p) => p.t3 >= oldest && p.t3 <= t3);
    let fit = this.#fit(t3);
    const jumped = fit.width < CONTRADICTION_MS;
    if (jumped) {
      this.#probes = [probe];
      this.#slope = 0;
      fit = this.#fit(t3);
    }
    this.#publish(fit, t3, jumped);
    return jumped ? "jumped" : "taken";
  }

  /**
   * Forgets the probes, after sleep, a new connection or a change of route. The last estimate stands until better
   * is known, and is left by slewing. What is known of the crystals stays: they are the same.
   */
  reopen(): void {
    this.#probes = [];
    const sinceMs = this.#reopened?.sinceMs ?? Number.NaN;
    const width = Math.min(this.#width, this.#reopened?.width ?? Number.POSITIVE_INFINITY);
    if (this.#settling >= BURST_PROBES) this.#reopened = { width, sinceMs };
  }

  offsetAt(localMs: number): number {
    return this.#offset + this.#slope * (localMs - this.#refMs);
  }

  serverNow(localMs: number): number {
    return localMs + this.offsetAt(localMs);
  }

  toLocal(serverMs: number): number {
    return (serverMs - this.#offset + this.#slope * this.#refMs) / (1 + this.#slope);
  }

  #publish(fit: Fit, atMs: number, jumped: boolean): void {
    const predicted = this.offsetAt(atMs);
    const error = fit.offset - predicted;
    const contradicted = Math.abs(error) > fit.width / 2;
    if (!this.#known || jumped) this.#settling = 0;
    if (jumped || contradicted || this.#proven(fit, atMs)) this.#reopened = null;
    if (this.#settling < BURST_PROBES || (Math.abs(error) > SNAP_MS && contradicted)) {
      this.#offset = fit.offset;
    } else {
      const step = this.#reopened === null ? MAX_SLEW_MS : 0;
      this.#offset = predicted + Math.max(-step, Math.min(step, error));
    }
    this.#width = fit.width;
    this.#slope = fit.slope;
    this.#refMs = atMs;
    this.#settling += 1;
    this.#known = true;
  }

  /** Whether what was seen since a reopening says more than the estimate before it. */
  #proven(fit: Fit, atMs: number): boolean {
    if (this.#reopened === null) return true;
    const { width } = this.#reopened;
    const sinceMs = Number.isNaN(this.#reopened.sinceMs) ? atMs : this.#reopened.sinceMs;
    this.#reopened = { width, sinceMs };
    const narrow = fit.width <= width * ABOUT_AS_NARROW + ABOUT_AS_NARROW_MS;
    return atMs - sinceMs > REOPENED_MS || (this.#probes.length >= FEW_PROBES && narrow);
  }

  /** The offset at `atMs`, along the slope that leaves the widest gap between the two one-way bounds. */
  #fit(atMs: number): Fit {
    const first = this.#probes[0] as Probe;
    const span = Math.max(MIN_SLOPE_SPAN_MS, atMs - first.t3);
    let best: Fit = { offset: 0, slope: 0, width: Number.NEGATIVE_INFINITY };
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let ppm = -MAX_SKEW_PPM; ppm <= MAX_SKEW_PPM; ppm += SKEW_STEP_PPM) {
      const slope = ppm * 1e-6;
      let up = Number.POSITIVE_INFINITY;
      let down = Number.POSITIVE_INFINITY;
      for (const p of this.#probes) {
        up = Math.min(up, p.t1 - p.t0 - slope * (p.t0 - atMs));
        down = Math.min(down, p.t3 - p.t2 + slope * (p.t3 - atMs));
      }
      const width = up + down;
      const score = width - SLOPE_INERTIA * Math.abs(slope - this.#slope) * span;
      if (score > bestScore) {
        bestScore = score;
        best = { offset: (up - down) / 2, slope, width };
      }
    }
    return best;
  }
}

/** When to send probes: a burst on opening, then a steady beat. It counts; the caller owns the timer. */
export class ProbeSchedule {
  static readonly BURST_GAP_MS = 70;
  static readonly STEADY_GAP_MS = 1_000;
  #sent = 0;

  /** Starts a new burst: on connect, after sleep, after a jump. */
  reopen(): void {
    this.#sent = 0;
  }

  /** Call when a probe was sent; answers how long to wait before the next. */
  sent(): number {
    this.#sent += 1;
    return this.#sent < BURST_PROBES ? ProbeSchedule.BURST_GAP_MS : ProbeSchedule.STEADY_GAP_MS;
  }
}

function rttOf(p: Probe): number {
  return p.t3 - p.t0 - (p.t2 - p.t1);
}

/** Mean distance between the four lowest values: how much lower one more probe may be expected to reach. */
function lowestGap(values: number[]): number {
  const lowest = [...values].sort((a, b) => a - b).slice(0, 4);
  if (lowest.length < 2) return 0;
  return ((lowest[lowest.length - 1] as number) - (lowest[0] as number)) / (lowest.length - 1);
}

export function median(values: number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
