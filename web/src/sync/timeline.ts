/**
 * The room's timeline: which item sounds, and where in it the music is at any server time.
 *
 * The server is the only authority; this file repeats its arithmetic. It knows no clock: every time is a server time
 * in epoch milliseconds, every position a place in the item in milliseconds.
 */

/** As the server sends it, in state and in events. */
export interface Timeline {
  readonly item_id: string | null;
  readonly playing: boolean;
  readonly position_ms: number;
  /** Where the position was anchored; in the future for a scheduled start, where it equals `starts_at_ms`. */
  readonly at_ms: number;
  /** The moment a scheduled start sounds, or null where the music simply runs or stands. */
  readonly starts_at_ms: number | null;
  /** Media milliseconds a server millisecond; 1 is natural speed. */
  readonly rate: number;
}

export const SILENCE: Timeline = {
  item_id: null,
  playing: false,
  position_ms: 0,
  at_ms: 0,
  starts_at_ms: null,
  rate: 1,
};

/** Where the music is at a server time. Stands at the anchor before it, and whenever the timeline does not play. */
export function positionAt(timeline: Timeline, serverMs: number): number {
  if (!timeline.playing) return timeline.position_ms;
  return timeline.position_ms + Math.max(0, serverMs - timeline.at_ms) * timeline.rate;
}

/** The server time at which a playing timeline passes a position, which may lie before the anchor. */
export function timeOf(timeline: Timeline, positionMs: number): number {
  return timeline.at_ms + (positionMs - timeline.position_ms) / timeline.rate;
}

/** True while the timeline's own music is meant to sound: after a scheduled start, not before. */
export function soundsAt(timeline: Timeline, serverMs: number): boolean {
  return timeline.playing && timeline.item_id !== null && serverMs >= timeline.at_ms;
}

/** Whether both say the same music at every moment from `fromMs` on, to within `toleranceMs`. */
export function sameMusic(a: Timeline, b: Timeline, fromMs: number, toleranceMs = 0.5): boolean {
  if (a.item_id !== b.item_id || a.playing !== b.playing) return false;
  if (!a.playing) return Math.abs(a.position_ms - b.position_ms) <= toleranceMs;
  const anchorsPassed = fromMs >= a.at_ms && fromMs >= b.at_ms;
  if (!anchorsPassed && Math.abs(a.at_ms - b.at_ms) > toleranceMs) return false;
  return a.rate === b.rate && Math.abs(positionAt(a, fromMs) - positionAt(b, fromMs)) <= toleranceMs;
}

/**
 * What is meant to sound, over time. A timeline that starts an item in the future takes over at that start; until
 * then the one before it plays on, so that a track follows another, or itself again, without a gap. Anything else
 * takes over at once.
 */
export class Score<T extends Timeline = Timeline> {
  #current: T;
  #next: T | null = null;

  constructor(first: T) {
    this.#current = first;
  }

  /** What the server last said, started or not. */
  get latest(): T {
    return this.#next ?? this.#current;
  }

  /** The scheduled successor, or null where there is none to wait for. */
  pending(serverMs: number): T | null {
    this.#settle(serverMs);
    return this.#next;
  }

  /** The timeline in force at a server time. Times may only go forward. */
  at(serverMs: number): T {
    this.#settle(serverMs);
    return this.#current;
  }

  set(timeline: T, serverMs: number): void {
    this.#settle(serverMs);
    const waits =
      timeline.playing &&
      timeline.starts_at_ms !== null &&
      timeline.starts_at_ms > serverMs &&
      (timeline.item_id !== this.#current.item_id || timeline.position_ms === 0) &&
      soundsAt(this.#current, serverMs);
    if (waits) {
      this.#next = timeline;
    } else {
      this.#current = timeline;
      this.#next = null;
    }
  }

  #settle(serverMs: number): void {
    if (this.#next !== null && serverMs >= this.#next.at_ms) {
      this.#current = this.#next;
      this.#next = null;
    }
  }
}
