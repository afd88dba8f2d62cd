/** Where a voice is in its item, exactly, through every change of rate. Pure arithmetic in seconds of audio time. */

interface Segment {
  readonly fromS: number;
  readonly positionS: number;
  readonly rate: number;
}

/** Audio is rendered in blocks of this many frames, and a rate takes effect at the start of one. */
const BLOCK_FRAMES = 128;

export function blockAtOrAfter(contextS: number, sampleRate: number): number {
  return (Math.ceil((contextS * sampleRate) / BLOCK_FRAMES - 1e-6) * BLOCK_FRAMES) / sampleRate;
}

export class RateTrack {
  #segments: Segment[];

  constructor(startS: number, positionS: number, rate: number) {
    this.#segments = [{ fromS: startS, positionS, rate }];
  }

  /** The rate after every change made so far. */
  get rate(): number {
    return (this.#segments.at(-1) as Segment).rate;
  }

  /** Position in seconds at an audio time; before the start it stands. */
  at(contextS: number): number {
    const segment = this.#segments.findLast((s) => s.fromS <= contextS);
    if (segment === undefined) return (this.#segments[0] as Segment).positionS;
    return segment.positionS + (contextS - segment.fromS) * segment.rate;
  }

  /** When a position still ahead is passed, at the rate after every change made so far. */
  passes(positionS: number): number {
    const last = this.#segments.at(-1) as Segment;
    return last.fromS + (positionS - last.positionS) / last.rate;
  }

  /** Changes the rate from `fromS` on, which must not lie before an earlier change. */
  setRate(rate: number, fromS: number): void {
    const positionS = this.at(fromS);
    this.#segments.push({ fromS, positionS, rate });
    if (this.#segments.length > 64) this.#segments.splice(0, 32);
  }
}
