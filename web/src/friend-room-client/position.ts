/** Where the music is, from what the server last said; and how the server's clock stands to this machine's. */

/** A moment of the music: at `timestamp`, server time, it is at `position` seconds. */
export interface PlaybackState {
  playing: boolean;
  position: number;
  timestamp: string;
  current_time: number;
}

/**
 * The position at `serverNowMs`: what has passed since is added once, and only while the music plays. A scheduled start
 * lies a little ahead: until then the music waits at its position.
 */
export function positionAt(state: PlaybackState, serverNowMs: number): number {
  if (!state.playing) return state.position;
  const passed = (serverNowMs - Date.parse(state.timestamp)) / 1_000;
  return Math.max(0, state.position + Math.max(0, passed));
}

/** The same music, said of another moment. */
export function carriedTo(state: PlaybackState, serverNowMs: number): PlaybackState {
  const position = positionAt(state, serverNowMs);
  return {
    ...state,
    position,
    current_time: position,
    timestamp: new Date(serverNowMs).toISOString(),
  };
}

/** A question to the server's clock: sent and answered by ours, and what the server's said in between. */
export interface Probe {
  sentMs: number;
  serverMs: number;
  heardMs: number;
}

/** How many probes are looked at. */
const WINDOW = 16;

/** How the server's clock stands to ours. The probe that took least time says it best: waiting only ever adds to it. */
export class ServerClock {
  readonly #now: () => number;
  #probes: Probe[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  take(probe: Probe): void {
    this.#probes = [...this.#probes.slice(1 - WINDOW), probe];
  }

  /** Server minus our clock, in milliseconds; zero before the first probe. */
  get offsetMs(): number {
    const best = this.#best();
    return best === undefined ? 0 : best.serverMs - (best.sentMs + best.heardMs) / 2;
  }

  /** The shortest way there and back, in milliseconds. */
  get roundTripMs(): number {
    const best = this.#best();
    return best === undefined ? 0 : best.heardMs - best.sentMs;
  }

  /** Server time, in milliseconds since 1970. */
  now(): number {
    return this.#now() + this.offsetMs;
  }

  #best(): Probe | undefined {
    const took = (probe: Probe) => probe.heardMs - probe.sentMs;
    return this.#probes.reduce<Probe | undefined>(
      (best, probe) => (best === undefined || took(probe) < took(best) ? probe : best),
      undefined,
    );
  }
}
