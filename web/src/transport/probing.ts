/**
 * Clock probes over the open socket, and what their silence says: a server that answers none of them is gone, even
 * where nobody closed the connection. Owns the timer; the estimate is the estimator's.
 */
import { type ClockEstimator, ProbeSchedule } from "../sync/clock";

/** Without any answer for this long, the server is said not to answer. */
export const HUSH_MS = 2_000;
/** Without any answer for this long, the connection counts as dead. */
export const SILENCE_MS = 6_000;
/** A timer this late means that the page slept; what the probes said before is stale. */
const SLEPT_MS = 10_000;

interface Deps {
  readonly clock: ClockEstimator;
  readonly now: () => number;
  readonly send: (t0: number) => void;
  /** Whether probes wait for their answer longer than a healthy server takes. */
  readonly hushed: (hushed: boolean) => void;
  readonly dead: () => void;
}

export class Probing {
  readonly #deps: Deps;
  readonly #schedule = new ProbeSchedule();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #dueMs = 0;
  /** When the oldest probe without a later answer was sent. */
  #unansweredSinceMs: number | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  start(): void {
    this.stop();
    this.#deps.clock.reopen();
    this.#schedule.reopen();
    this.#unansweredSinceMs = null;
    this.#dueMs = this.#deps.now();
    this.#tick();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** The page was hidden or the network changed: measure anew, and find out soon whether anybody answers. */
  refresh(): void {
    if (this.#timer !== null) this.start();
  }

  answered(t0: number, t1: number, t2: number): void {
    this.#unansweredSinceMs = null;
    this.#deps.hushed(false);
    const outcome = this.#deps.clock.addProbe({ t0, t1, t2, t3: this.#deps.now() });
    if (outcome === "jumped") this.#schedule.reopen();
  }

  #tick(): void {
    const now = this.#deps.now();
    const late = now - this.#dueMs;
    if (late > SLEPT_MS) {
      this.#deps.clock.reopen();
      this.#schedule.reopen();
      this.#unansweredSinceMs = null;
    }
    const silentMs = this.#unansweredSinceMs === null ? 0 : now - this.#unansweredSinceMs;
    if (silentMs >= HUSH_MS) this.#deps.hushed(true);
    if (silentMs > SILENCE_MS) {
      this.#deps.dead();
      return;
    }
    this.#unansweredSinceMs ??= now;
    this.#deps.send(now);
    const wait = this.#schedule.sent();
    this.#dueMs = now + wait;
    this.#timer = setTimeout(() => this.#tick(), wait);
  }
}
