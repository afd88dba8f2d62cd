/**
 * How loud the songs of this room are along their length, asked for once a file and kept while the page is open.
 *
 * A waveform is an ornament that helps: where there is none, or it cannot be had, nothing is said.
 */
import type { Track } from "../../protocol/model";
import type { WaveformCalls } from "../../transport/waveform";

/** What the server's figures reach to. */
const FULL = 255;

export class Peaks {
  readonly #calls: Pick<WaveformCalls, "peaksOf">;
  #known: ReadonlyMap<string, readonly number[]> = $state.raw(new Map());
  readonly #asked = new Set<string>();

  constructor(calls: Pick<WaveformCalls, "peaksOf">) {
    this.#calls = calls;
  }

  /** 0 to 1 each; null where they are not known, or not yet. */
  of(track: Track | null): readonly number[] | null {
    return this.#known.get(track?.media_id ?? "") ?? null;
  }

  /** Gets them where they are not known; what failed is tried again the next time it is wanted. */
  async want(track: Track | null): Promise<void> {
    const id = track?.media_id;
    if (!id || this.#asked.has(id)) return;
    this.#asked.add(id);
    try {
      const peaks = await this.#calls.peaksOf(id);
      if (peaks !== null)
        this.#known = new Map(this.#known).set(
          id,
          peaks.map((peak) => peak / FULL),
        );
    } catch {
      this.#asked.delete(id);
    }
  }
}
