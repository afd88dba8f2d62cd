/** How long a player takes to do as it is told, learned from where the music was afterwards. */

/** Starting a cued video; going on with one that stands; seeking in one that plays; going on after a short halt. */
export type Deed = "start" | "resume" | "seek" | "hold";

const FIRST_MS: Record<Deed, number> = { start: 400, resume: 100, seek: 350, hold: 30 };
const MOST_MS = 2_000;
/** A drift beyond this was no question of the player's pace: an advert, or an empty line. */
const TELLING_MS = 1_500;
const GAIN = 0.5;

export class Costs {
  readonly #ms = { ...FIRST_MS };

  of(deed: Deed): number {
    return this.#ms[deed];
  }

  /** Learns from the drift that was there after a deed: late means that it takes longer than was thought. */
  learn(deed: Deed, driftMs: number): void {
    if (Math.abs(driftMs) > TELLING_MS) return;
    this.#ms[deed] = Math.max(0, Math.min(MOST_MS, this.#ms[deed] + GAIN * driftMs));
  }
}
