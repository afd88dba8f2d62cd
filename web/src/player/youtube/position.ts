/**
 * Where a video is, from what its player says: a position that is told about four times a second, each time a little
 * late, and repeated in between.
 *
 * Telling only ever adds delay, so what was told freshest is nearest to the truth: of the readings that were news, the
 * estimate believes the upper ones, but not the one at the very top.
 */

const WINDOW_MS = 2_500;
const SETTLED_READINGS = 4;
const SETTLED_SPAN_MS = 700;
const BELIEVED_SHARE = 0.8;
/** A reading this far from the others is another place, not another delay. */
const JUMP_MS = 1_000;

export class PositionEstimator {
  #last: { positionMs: number; sinceMs: number } | null = null;
  /** Position minus time, of readings that were news. */
  #news: { atMs: number; offsetMs: number }[] = [];

  /** Forgets everything: after a seek, a start or a stop. */
  reset(): void {
    this.#last = null;
    this.#news = [];
  }

  add(atMs: number, positionMs: number): void {
    if (this.#last?.positionMs === positionMs) return;
    const first = this.#last === null;
    this.#last = { positionMs, sinceMs: atMs };
    // The first may be of any age.
    if (first) return;
    const offsetMs = positionMs - atMs;
    const expected = this.#offset();
    if (expected !== null && Math.abs(offsetMs - expected) > JUMP_MS) this.#news = [];
    this.#news.push({ atMs, offsetMs });
    this.#news = this.#news.filter((reading) => atMs - reading.atMs <= WINDOW_MS);
  }

  /** How long the position has stood, in ms; 0 before the first reading. */
  standsMs(nowMs: number): number {
    return this.#last === null ? 0 : nowMs - this.#last.sinceMs;
  }

  /** The position at a moment near now; null while nothing was seen to move. */
  at(localMs: number): number | null {
    const offset = this.#offset();
    return offset === null ? null : localMs + offset;
  }

  /** Whether it has been seen for long enough to act upon. */
  get settled(): boolean {
    const [first, last] = [this.#news[0], this.#news.at(-1)];
    if (first === undefined || last === undefined) return false;
    return this.#news.length >= SETTLED_READINGS && last.atMs - first.atMs >= SETTLED_SPAN_MS;
  }

  #offset(): number | null {
    const offsets = this.#news.map((reading) => reading.offsetMs).sort((a, b) => a - b);
    return offsets[Math.floor(BELIEVED_SHARE * (offsets.length - 1))] ?? null;
  }
}
