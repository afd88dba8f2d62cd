/**
 * The exact engine: decoded audio in memory, started at a named sample. Long tracks come in pieces that overlap, each
 * played by a voice of its own and cross-faded into the next.
 *
 * It steers every voice by arithmetic alone. Where a voice will be at the next moment it can still change is known
 * exactly, so corrections need no measuring and cannot overshoot.
 */

import { correctSample, SAMPLE } from "../sync/correction";
import { AudioMap } from "./audio-map";
import { type Cue, cuePositionAt, type Engine, type Heard, type Track } from "./engine";
import { asPlaybackError, PlaybackError } from "./errors";
import { type FetchMedia, fetchAudio } from "./fetch-audio";
import type { LongPcmOptions } from "./long-pcm";
import { type Pcm, wholePcm } from "./pcm";
import { blockAtOrAfter } from "./rate-track";
import { Voice } from "./voice";

/** Decoded, a minute of stereo is about 22 MB; what is longer comes in pieces. */
export const LONGEST_WHOLE_MS = 10 * 60_000;
/** How far ahead a join between two pieces is set; further than the slowest beat of a page in the background. */
const JOIN_AHEAD_S = 2;
const JOIN_FADE_S = 0.02;
const DECLICK_S = 0.005;
const PAUSE_FADE_S = 0.01;
/** A start that has not begun yet is moved only for more than this. */
const MOVE_S = 0.0003;
/** What is left of a track below this is not worth a voice. */
const SHORTEST_S = 0.02;
const REANCHOR_EVERY_MS = 1_000;
const UNLOCK_PATIENCE_MS = 400;

export interface SampleEngineOptions {
  readonly fetchMedia: FetchMedia;
  readonly now: () => number;
  /** Called when what the engine can do has changed: sound allowed, clock known. */
  readonly onChange: () => void;
  readonly createContext?: () => AudioContext;
  readonly openLong?: (url: string, signal: AbortSignal, options: LongPcmOptions) => Promise<Pcm>;
}

interface Begin {
  readonly fadeInS?: number;
  /** Audio time that must be met exactly, to carry on from another voice. */
  readonly joinS?: number;
}

export class SampleEngine implements Engine {
  readonly tier = "sample";
  readonly #options: SampleEngineOptions;
  readonly #context: AudioContext;
  readonly #output: GainNode;
  readonly #map: AudioMap;
  readonly #tracks = new Map<string, Pcm>();
  /** Cues whose place in the track is not decoded yet. */
  readonly #starved = new Set<number>();
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
    return this.#cues.some((cue) => this.#starved.has(cue.key));
  }

  async load(track: Track, signal: AbortSignal): Promise<void> {
    if (this.#tracks.has(track.itemId)) return;
    const pcm = await this.#open(track, signal);
    if (signal.aborted) {
      pcm.release();
      throw new PlaybackError("aborted");
    }
    this.#tracks.set(track.itemId, pcm);
  }

  has(itemId: string): boolean {
    return this.#tracks.has(itemId);
  }

  durationMs(itemId: string): number | null {
    const pcm = this.#tracks.get(itemId);
    return pcm === undefined ? null : pcm.durationS * 1_000;
  }

  retain(itemIds: ReadonlySet<string>): void {
    for (const [itemId, pcm] of this.#tracks) {
      if (itemIds.has(itemId)) continue;
      pcm.release();
      this.#tracks.delete(itemId);
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
    this.#starved.clear();
    if (!this.unlocked || !this.#map.known) return;
    for (const cue of cues) {
      const voice = this.#voices.find((v) => v.key === cue.key && !v.ending && v.endS > nowS);
      if (voice === undefined) this.#begin(cue);
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
    this.retain(new Set());
    void this.#context.close().catch(() => undefined);
  }

  /** The first moment that is certainly still ahead of what is being rendered. */
  #reachableS(): number {
    const { currentTime, baseLatency, sampleRate } = this.#context;
    return blockAtOrAfter(currentTime + 2 * (baseLatency || 0) + 0.02, sampleRate);
  }

  async #open(track: Track, signal: AbortSignal): Promise<Pcm> {
    try {
      if ((track.durationMs ?? 0) > LONGEST_WHOLE_MS) throw new PlaybackError("too_long");
      const bytes = await fetchAudio(this.#options.fetchMedia, track.url, signal);
      return wholePcm(await this.#decode(bytes));
    } catch (thrown) {
      if (!(thrown instanceof PlaybackError && thrown.reason === "too_long")) throw thrown;
    }
    const open = this.#options.openLong ?? (await import("./long-pcm")).openLong;
    return open(track.url, signal, {
      fetchMedia: this.#options.fetchMedia,
      decode: (bytes) => this.#decode(bytes),
      sampleRate: this.#context.sampleRate,
      onPiece: this.#options.onChange,
    });
  }

  async #decode(bytes: ArrayBuffer): Promise<AudioBuffer> {
    try {
      return await this.#context.decodeAudioData(bytes);
    } catch (thrown) {
      throw asPlaybackError(thrown, "undecodable");
    }
  }

  /** Starts a voice where the cue will be. Answers false while that place is not decoded. */
  #begin(cue: Cue, { fadeInS = 0, joinS }: Begin = {}): boolean {
    const pcm = this.#tracks.get(cue.itemId);
    if (pcm === undefined) return false;
    const startS = joinS ?? Math.max(this.#map.toContext(cue.atLocalMs), this.#reachableS());
    const startMs = this.#map.toLocal(startS);
    const positionS = cuePositionAt(cue, startMs) / 1_000;
    if (positionS >= pcm.durationS - SHORTEST_S || startMs >= (cue.untilLocalMs ?? startMs + 1)) return true;
    const piece = pcm.pieceAt(positionS);
    if (piece === null) {
      this.#starved.add(cue.key);
      return false;
    }
    const start = {
      key: cue.key,
      itemId: cue.itemId,
      startS,
      positionS,
      rate: cue.rate,
      fadeInS: fadeInS || (positionS > 0 ? DECLICK_S : 0),
      joined: joinS !== undefined,
    };
    this.#voices.push(new Voice(this.#context, this.#output, piece, start));
    return true;
  }

  #retime(voice: Voice, cue: Cue): void {
    const atS = this.#reachableS();
    if (voice.startS > atS) {
      if (!voice.joined) this.#move(voice, cue, atS);
    } else if (atS < voice.endS && !this.#join(voice, cue, atS)) {
      this.#correct(voice, cue, atS);
    }
  }

  /** Moves a start that has not begun to where its moment now is. */
  #move(voice: Voice, cue: Cue, atS: number): void {
    const dueS = this.#map.toContext(cue.atLocalMs);
    if (Math.abs(Math.max(dueS, atS) - voice.startS) <= MOVE_S) return;
    voice.fadeOut(this.#context.currentTime, 0);
    this.#begin(cue);
  }

  /** Carries on from a piece that is nearly over with the next. Answers whether a join is near. */
  #join(voice: Voice, cue: Cue, atS: number): boolean {
    if (voice.joinS === null) return false;
    const joinS = voice.passes(voice.joinS);
    // Asking for the place to come has it decoded in time.
    this.#tracks.get(cue.itemId)?.pieceAt(voice.at(atS));
    if (joinS - atS > JOIN_AHEAD_S) return false;
    if (joinS > atS + 0.1 && voice.rate !== cue.rate) {
      // A join has to know when it comes, so the rate rests until then.
      voice.setRate(cue.rate, atS);
      return this.#join(voice, cue, atS);
    }
    if (joinS > atS && this.#begin(cue, { joinS, fadeInS: JOIN_FADE_S })) voice.fadeOut(joinS, JOIN_FADE_S);
    return true;
  }

  #correct(voice: Voice, cue: Cue, atS: number): void {
    const driftMs = cuePositionAt(cue, this.#map.toLocal(atS)) - voice.at(atS) * 1_000;
    const correction = correctSample(driftMs, voice.rate !== cue.rate);
    const now = this.#options.now();
    if (correction.kind === "trim" || now - this.#reanchoredAt < REANCHOR_EVERY_MS) {
      const hardest = 1 + Math.sign(driftMs) * SAMPLE.maxTrim;
      const rate = cue.rate * (correction.kind === "trim" ? correction.rate : hardest);
      if (rate !== voice.rate) voice.setRate(rate, atS);
      return;
    }
    this.#reanchoredAt = now;
    const fadeInS = correction.kind === "reanchor" ? correction.fadeMs / 1_000 : PAUSE_FADE_S;
    voice.fadeOut(atS, fadeInS);
    this.#begin(cue, { fadeInS });
  }

  #setEnd(voice: Voice): void {
    const cue = this.#cues.find((c) => c.key === voice.key);
    const nowS = this.#context.currentTime;
    if (cue === undefined || voice.endS <= nowS) return;
    const endS = cue.untilLocalMs === null ? Number.POSITIVE_INFINITY : this.#map.toContext(cue.untilLocalMs);
    voice.endAt(Math.max(endS, nowS));
  }

  /** Keeps ended voices for as long as they may still be on their way to the loudspeaker. */
  #forget(nowS: number): void {
    this.#voices = this.#voices.filter((voice) => voice.endS > nowS - 1.5);
  }
}
