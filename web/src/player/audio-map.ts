/**
 * When an audio time of one `AudioContext` is heard, in page time; and the other way round.
 *
 * Prefers the output device's own timestamps, which already contain its latency. Where a browser gives none that can
 * be believed, it falls back to `currentTime` less an assumed latency, smoothed the same way: tens of times less exact.
 */

import { ContextClock, OutputLatency, SAMPLE_EVERY_MS } from "./context-clock";

/** How long the timestamps may take to become trusted before the fallback is used. */
const PATIENCE_MS = 1_500;
/** Timestamps that lead `currentTime` by less than this do not know of the device behind them. */
const KNOWS_DEVICE_MS = 2;
/** `currentTime` moves in steps of a whole callback, 20 ms and more. */
const ASSUMED_SLOPE_BASE_MS = 800;

export class AudioMap {
  readonly #context: AudioContext;
  readonly #now: () => number;
  readonly #onTrust: () => void;
  readonly #stamped = new ContextClock();
  readonly #assumed = new ContextClock(ASSUMED_SLOPE_BASE_MS);
  readonly #latency = new OutputLatency();
  #nudgeMs = 0;
  #stampsKnowDevice = true;
  #running = false;
  /** Since when the timestamps were not to be believed, while audio ran. */
  #doubtfulSince: number | null = null;
  #timer: ReturnType<typeof setInterval>;

  /** `onTrust` is called when times become known or unknown. */
  constructor(context: AudioContext, now: () => number, onTrust: () => void) {
    this.#context = context;
    this.#now = now;
    this.#onTrust = onTrust;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_EVERY_MS);
  }

  get known(): boolean {
    return this.#clock() !== null;
  }

  /** Audio time in seconds to schedule for what should be heard at a page time. */
  toContext(localMs: number): number {
    return (this.#clock() ?? this.#assumed).toContext(localMs - this.#extraMs());
  }

  /** Page time at which an audio time in seconds is heard. */
  toLocal(contextS: number): number {
    return (this.#clock() ?? this.#assumed).toLocal(contextS) + this.#extraMs();
  }

  setNudge(ms: number): void {
    this.#nudgeMs = ms;
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  #clock(): ContextClock | null {
    if (this.#stamped.trusted) return this.#stamped;
    // A moment's doubt moves nothing: the fallback is so coarse that music would jump there and back.
    const waited = this.#doubtfulSince === null ? 0 : this.#now() - this.#doubtfulSince;
    return waited > PATIENCE_MS && this.#assumed.trusted ? this.#assumed : null;
  }

  /** What the device adds beyond what the clock in use already knows. */
  #extraMs(): number {
    if (!this.#stamped.trusted) return this.#latency.ms + this.#nudgeMs;
    return (this.#stampsKnowDevice ? 0 : this.#latency.ms) + this.#nudgeMs;
  }

  #sample(): void {
    const wasKnown = this.known;
    const now = this.#now();
    if (this.#context.state === "running") {
      this.#running = true;
      this.#take(now);
      if (this.#stamped.trusted) this.#doubtfulSince = null;
      else this.#doubtfulSince ??= now;
    } else if (this.#running) {
      this.#running = false;
      this.#doubtfulSince = null;
      this.#stamped.reset();
      this.#assumed.reset();
    }
    if (this.known !== wasKnown) this.#onTrust();
  }

  #take(now: number): void {
    const rendered = this.#context.currentTime;
    this.#latency.add(this.#context.outputLatency);
    this.#assumed.add({ contextTime: rendered, performanceTime: now }, now);
    const stamp = this.#context.getOutputTimestamp?.();
    const contextTime = stamp?.contextTime;
    const performanceTime = stamp?.performanceTime;
    if (contextTime === undefined || performanceTime === undefined) return;
    const wasTrusted = this.#stamped.trusted;
    this.#stamped.add({ contextTime, performanceTime }, now);
    if (!wasTrusted && this.#stamped.trusted) {
      const depthMs = (rendered - this.#stamped.toContext(now)) * 1_000;
      this.#stampsKnowDevice = depthMs >= KNOWS_DEVICE_MS;
    }
  }
}
