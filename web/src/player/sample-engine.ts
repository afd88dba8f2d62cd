/**
 * The exact engine: whole tracks decoded into memory and started at a named sample.
 *
 * It steers every voice by arithmetic alone. Where a voice will be at the next moment it can still change is known
 * exactly, so corrections need no measuring and cannot overshoot.
 */

import { correctSample, SAMPLE } from "../sync/correction";
import { AudioMap } from "./audio-map";
import { type Cue, cuePositionAt, type Engine, type Heard, type Track } from "./engine";
import { asPlaybackError, PlaybackError } from "./errors";
import { type FetchMedia, fetchAudio } from "./fetch-audio";
import { blockAtOrAfter } from "./rate-track";
import { Voice } from "./voice";

/** Decoded, a minute of stereo is about 22 MB. */
export const LONGEST_MS = 10 * 60_000;
const DECLICK_S = 0.005;
const PAUSE_FADE_S = 0.01;
/** A start that has not begun yet is moved only for more than this. */
const MOVE_S = 0.0003;
const REANCHOR_EVERY_MS = 1_000;
const UNLOCK_PATIENCE_MS = 400;

export interface SampleEngineOptions {
  readonly fetchMedia: FetchMedia;
  readonly now: () => number;
  /** Called when what the engine can do has changed: sound allowed, clock known. */
  readonly onChange: () => void;
  readonly createContext?: () => AudioContext;
}

export class SampleEngine implements Engine {
  readonly tier = "sample";
  readonly #options: SampleEngineOptions;
  readonly #context: AudioContext;
  readonly #output: GainNode;
  readonly #map: AudioMap;
  readonly #buffers = new Map<string, AudioBuffer>();
  #voices: Voice[] = [];
  #cues: readonly Cue[] = [];
  #reanchoredAt = Number.NEGATIVE_INFINITY;

  /** Throws a `PlaybackError` where the browser has no Web Audio. */
  constructor(options: SampleEngineOptions) {
    this.#options = options;
    try {
      this.#context = options.createContext?.() ?? new AudioContext({ latencyHint: "playback" });
    } catch (thrown) {
      throw asPlaybackError(thrown, "no_audio");
    }
    this.#output = this.#context.createGain();
    this.#output.connect(this.#context.destination);
    this.#map = new AudioMap(this.#context, options.now, options.onChange);
    this.#context.onstatechange = () => options.onChange();
  }

  get unlocked(): boolean {
    return this.#context.state === "running";
  }

  get buffering(): boolean {
    return this.#cues.some((cue) => !this.#buffers.has(cue.itemId));
  }

  async load(track: Track, signal: AbortSignal): Promise<void> {
    if (this.#buffers.has(track.itemId)) return;
    if ((track.durationMs ?? 0) > LONGEST_MS) throw new PlaybackError("too_long");
    const bytes = await fetchAudio(this.#options.fetchMedia, track.url, signal);
    const buffer = await this.#context.decodeAudioData(bytes).catch((thrown: unknown) => {
      throw asPlaybackError(thrown, "undecodable");
    });
    if (signal.aborted) throw new PlaybackError("aborted");
    this.#buffers.set(track.itemId, buffer);
  }

  has(itemId: string): boolean {
    return this.#buffers.has(itemId);
  }

  durationMs(itemId: string): number | null {
    const buffer = this.#buffers.get(itemId);
    return buffer === undefined ? null : buffer.duration * 1_000;
  }

  retain(itemIds: ReadonlySet<string>): void {
    for (const itemId of this.#buffers.keys()) {
      if (!itemIds.has(itemId)) this.#buffers.delete(itemId);
    }
  }

  follow(cues: readonly Cue[]): void {
    this.#cues = cues;
    const nowS = this.#context.currentTime;
    for (const voice of this.#voices) {
      if (cues.some((cue) => cue.key === voice.key)) continue;
      voice.fadeOut(voice.startS > nowS ? nowS : this.#reachableS(), PAUSE_FADE_S);
    }
    this.#forget(nowS);
    if (!this.unlocked || !this.#map.known) return;
    for (const cue of cues) {
      const voice = this.#voices.find((v) => v.key === cue.key && !v.ending);
      if (voice === undefined) this.#begin(cue, 0);
      else this.#retime(voice, cue);
    }
    for (const voice of this.#voices) this.#setEnd(voice);
  }

  heard(localMs: number): Heard | null {
    if (!this.unlocked || !this.#map.known) return null;
    const contextS = this.#map.toContext(localMs);
    const voice = this.#voices.findLast((v) => v.soundsAt(contextS));
    if (voice === undefined) return null;
    const positionMs = voice.at(contextS) * 1_000;
    const cue = this.#cues.find((c) => c.key === voice.key);
    const driftMs = cue === undefined ? 0 : cuePositionAt(cue, localMs) - positionMs;
    return { key: voice.key, itemId: voice.itemId, positionMs, driftMs };
  }

  setVolume(volume: number): void {
    this.#output.gain.setTargetAtTime(volume, this.#context.currentTime, 0.015);
  }

  setNudge(ms: number): void {
    this.#map.setNudge(ms);
  }

  async unlock(): Promise<boolean> {
    if (this.#context.state === "closed") return false;
    const patience = new Promise((resolve) => setTimeout(resolve, UNLOCK_PATIENCE_MS));
    // Without a gesture a browser leaves this promise open for ever.
    await Promise.race([this.#context.resume().catch(() => undefined), patience]);
    return this.unlocked;
  }

  dispose(): void {
    this.#context.onstatechange = null;
    this.#map.dispose();
    this.#voices = [];
    this.#buffers.clear();
    void this.#context.close().catch(() => undefined);
  }

  /** The first moment that is certainly still ahead of what is being rendered. */
  #reachableS(): number {
    const { currentTime, baseLatency, sampleRate } = this.#context;
    return blockAtOrAfter(currentTime + 2 * (baseLatency || 0) + 0.02, sampleRate);
  }

  #begin(cue: Cue, fadeInS: number): void {
    const buffer = this.#buffers.get(cue.itemId);
    if (buffer === undefined) return;
    const startS = Math.max(this.#map.toContext(cue.atLocalMs), this.#reachableS());
    const positionS = cuePositionAt(cue, this.#map.toLocal(startS)) / 1_000;
    if (positionS >= buffer.duration) return;
    const start = {
      key: cue.key,
      itemId: cue.itemId,
      startS,
      positionS,
      rate: cue.rate,
      fadeInS: fadeInS || (positionS > 0 ? DECLICK_S : 0),
    };
    this.#voices.push(new Voice(this.#context, this.#output, buffer, start));
  }

  #retime(voice: Voice, cue: Cue): void {
    const atS = this.#reachableS();
    if (voice.startS > atS) {
      const dueS = this.#map.toContext(cue.atLocalMs);
      if (Math.abs(Math.max(dueS, atS) - voice.startS) <= MOVE_S) return;
      voice.fadeOut(this.#context.currentTime, 0);
      this.#begin(cue, 0);
      return;
    }
    if (atS >= voice.endS) return;
    const driftMs = cuePositionAt(cue, this.#map.toLocal(atS)) - voice.at(atS) * 1_000;
    const trimming = voice.rate !== cue.rate;
    const correction = correctSample(driftMs, trimming);
    const now = this.#options.now();
    if (correction.kind === "trim" || now - this.#reanchoredAt < REANCHOR_EVERY_MS) {
      const hardest = 1 + Math.sign(driftMs) * SAMPLE.maxTrim;
      const rate = cue.rate * (correction.kind === "trim" ? correction.rate : hardest);
      if (rate !== voice.rate) voice.setRate(rate, atS);
      return;
    }
    this.#reanchoredAt = now;
    const fadeS = correction.kind === "reanchor" ? correction.fadeMs / 1_000 : PAUSE_FADE_S;
    voice.fadeOut(atS, fadeS);
    this.#begin(cue, fadeS);
  }

  #setEnd(voice: Voice): void {
    const cue = this.#cues.find((c) => c.key === voice.key);
    if (cue === undefined) return;
    const endS = cue.untilLocalMs === null ? Number.POSITIVE_INFINITY : this.#map.toContext(cue.untilLocalMs);
    voice.endAt(Math.max(endS, this.#context.currentTime));
  }

  /** Keeps ended voices for as long as they may still be on their way to the loudspeaker. */
  #forget(nowS: number): void {
    this.#voices = this.#voices.filter((voice) => voice.endS > nowS - 1.5);
  }
}
