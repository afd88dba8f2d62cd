/**
 * Clicks at the same moments on every device: whole multiples of a period of the server's clock.
 *
 * They go the way the music goes, through an audio context of the same kind and its map to the page's clock, so that
 * a device that clicks in time with another also plays in time with it. It shows nothing: who saw the beat would tap
 * to what they see.
 */

import type { ServerClock } from "../sync/clock";
import { AudioMap } from "./audio-map";
import { asPlaybackError } from "./errors";
import { lateness } from "./taps";

/** Long enough to tell which click a tap half a second late is meant for, short enough to keep step with. */
export const PERIOD_MS = 750;
const LOOK_EVERY_MS = 50;
/** Clicks are handed over this far ahead: beyond the slowest beat of the timer, and soon enough to follow a nudge. */
const AHEAD_S = 0.3;
const SOONEST_S = 0.02;
const CLICK_S = 0.03;
const CLICK_HZ = 1_500;
const CLICK_DECAY_S = 0.006;

export interface MetronomeOptions {
  readonly clock: ServerClock;
  readonly now?: () => number;
  readonly createContext?: () => AudioContext;
}

export class Metronome {
  readonly #clock: ServerClock;
  readonly #now: () => number;
  readonly #context: AudioContext;
  readonly #map: AudioMap;
  readonly #click: AudioBuffer;
  readonly #timer: ReturnType<typeof setInterval>;
  #clicked = Number.NEGATIVE_INFINITY;

  /** Starts at once; make it within a tap or a key press. Throws a `PlaybackError` where there is no Web Audio. */
  constructor(options: MetronomeOptions) {
    this.#clock = options.clock;
    this.#now = options.now ?? (() => performance.now());
    try {
      this.#context = options.createContext?.() ?? new AudioContext({ latencyHint: "playback" });
    } catch (thrown) {
      throw asPlaybackError(thrown, "no_audio");
    }
    this.#click = clickIn(this.#context);
    this.#map = new AudioMap(this.#context, this.#now, () => this.#look());
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    void this.#context.resume().catch(() => undefined);
  }

  /** True once clicks come when they should. */
  get steady(): boolean {
    return this.#context.state === "running" && this.#map.known && this.#clock.settled;
  }

  setNudge(ms: number): void {
    this.#map.setNudge(ms);
  }

  /** How long after its click a tap at a page time comes. */
  lateness(tapAtMs: number): number {
    const period = Math.floor(this.#clock.serverNow(tapAtMs) / PERIOD_MS);
    return lateness(tapAtMs, this.#clock.toLocal(period * PERIOD_MS), PERIOD_MS);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#map.dispose();
    void this.#context.close().catch(() => undefined);
  }

  #look(): void {
    if (!this.steady) return;
    const nowS = this.#context.currentTime;
    const first = Math.floor(this.#clock.serverNow(this.#now()) / PERIOD_MS);
    for (let beat = Math.max(first, this.#clicked + 1); ; beat++) {
      const atS = this.#map.toContext(this.#clock.toLocal(beat * PERIOD_MS));
      if (atS > nowS + AHEAD_S) return;
      this.#clicked = beat;
      if (atS >= nowS + SOONEST_S) this.#clickAt(atS);
    }
  }

  #clickAt(atS: number): void {
    const source = this.#context.createBufferSource();
    source.buffer = this.#click;
    source.connect(this.#context.destination);
    source.onended = () => source.disconnect();
    source.start(atS);
  }
}

function clickIn(context: BaseAudioContext): AudioBuffer {
  const rate = context.sampleRate;
  const buffer = context.createBuffer(1, Math.ceil(CLICK_S * rate), rate);
  const samples = buffer.getChannelData(0);
  for (let n = 0; n < samples.length; n++) {
    const at = n / rate;
    samples[n] = 0.7 * Math.exp(-at / CLICK_DECAY_S) * Math.sin(2 * Math.PI * CLICK_HZ * at);
  }
  return buffer;
}
