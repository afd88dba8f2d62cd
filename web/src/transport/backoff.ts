/**
 * How long to wait before the next attempt to connect: at once, then soon, then less and less often.
 *
 * Jittered, so that a room full of listeners does not come back in one instant. A restart of the server takes a second
 * or two; the early steps are short enough to be back within five.
 */
const STEPS_MS = [150, 400, 800, 1_200, 1_600, 2_000, 3_000, 5_000, 8_000, 12_000];

export class Backoff {
  readonly #random: () => number;
  #attempt = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  get attempt(): number {
    return this.#attempt;
  }

  reset(): void {
    this.#attempt = 0;
  }

  /** The next delay in ms, never below `atLeastMs`, which the server may have asked for. */
  next(atLeastMs = 0): number {
    const step = STEPS_MS[Math.min(this.#attempt, STEPS_MS.length - 1)] as number;
    this.#attempt += 1;
    return Math.max(atLeastMs, step * (0.7 + 0.6 * this.#random()));
  }
}
