/**
 * The picture of a song, to be shown where it can be had.
 *
 * Pictures on our own server are for those who are signed in. The browser shows that by itself, by its cookie; where it
 * has none, or an old one, the picture is fetched with the sign-in instead, once.
 */
import type { Track } from "../../protocol/model";
import { rest } from "../state/services";
import { huesOf, wordsOf } from "./art";
import { huesIn } from "./hues";

/** How many fetched pictures are kept at once. */
const KEPT = 60;

type FetchSigned = (url: string) => Promise<Response>;

export class Covers {
  readonly #fetch: FetchSigned;
  /** In the order they were wanted; null where there is none to be had. */
  readonly #fetched = new Map<string, Promise<string | null>>();

  constructor(fetch: FetchSigned) {
    this.#fetch = fetch;
  }

  /** An address that shows the picture of ours which the browser could not; null where that fails too. */
  fetched(url: string): Promise<string | null> {
    if (new URL(url, location.href).origin !== location.origin) return Promise.resolve(null);
    const known = this.#fetched.get(url);
    if (known !== undefined) return known;
    const asked = this.#load(url);
    this.#fetched.set(url, asked);
    for (const [oldest, picture] of this.#fetched) {
      if (this.#fetched.size <= KEPT) break;
      this.#fetched.delete(oldest);
      void picture.then((held) => held !== null && URL.revokeObjectURL(held));
    }
    return asked;
  }

  async #load(url: string): Promise<string | null> {
    try {
      const answer = await this.#fetch(url);
      return answer.ok ? URL.createObjectURL(await answer.blob()) : null;
    } catch {
      this.#fetched.delete(url);
      return null;
    }
  }
}

const covers = new Covers((url) => rest.signedFetch(url));

/** What the pictures that were shown lend, by their address. */
let lent: ReadonlyMap<string, readonly [number, number] | null> = $state.raw(new Map());

/** The two hues that a song lends the room: its picture's, else those that its words make. */
export function huesOfTrack(track: Track): readonly [number, number] {
  return lent.get(track.artwork_url ?? "") ?? huesOf(wordsOf(track));
}

/** The picture of one place on the page, which follows the song that is shown there. */
export class Cover {
  readonly #wanted: () => string | null;
  /** What the browser could not show, and what is shown instead of it. */
  #instead: { of: string; url: string | null } | null = $state.raw(null);

  constructor(track: () => Track | null) {
    this.#wanted = () => track()?.artwork_url ?? null;
  }

  /** Null where there is none to show. */
  get url(): string | null {
    const wanted = this.#wanted();
    return wanted !== null && this.#instead?.of === wanted ? this.#instead.url : wanted;
  }

  /** The browser shows it. */
  shown(image: HTMLImageElement): void {
    const of = this.#wanted();
    if (of === null || lent.has(of)) return;
    lent = new Map(lent).set(of, huesIn(image));
  }

  /** The browser could not show it. */
  async failed(): Promise<void> {
    const of = this.#wanted();
    if (of === null) return;
    const again = this.#instead?.of === of;
    this.#instead = { of, url: null };
    if (again) return;
    const url = await covers.fetched(of);
    if (this.#instead?.of === of) this.#instead = { of, url };
  }
}
