/**
 * One run of one decoded track through Web Audio: from a start to an end, with exact knowledge of where it is.
 *
 * Every time is audio time in seconds. A voice never asks what should sound; the sample engine tells it.
 */

import type { Piece } from "./pcm";
import { RateTrack } from "./rate-track";

export interface VoiceStart {
  readonly key: number;
  readonly itemId: string;
  readonly startS: number;
  readonly positionS: number;
  readonly rate: number;
  /** 0 keeps the attack of a track that starts at its beginning. */
  readonly fadeInS: number;
  /** True where it carries on from another voice's piece, at a moment that must not move any more. */
  readonly joined: boolean;
}

/** A natural end this close to a scheduled one is left alone: fading there would put a dent between two tracks. */
const SAME_END_S = 0.02;
const CUT_FADE_S = 0.005;
const SAME_MOMENT_S = 0.0001;

export class Voice {
  readonly key: number;
  readonly itemId: string;
  readonly startS: number;
  readonly joined: boolean;
  /** Position at which the next piece of the track should take over, or null at the last one. */
  readonly joinS: number | null;
  readonly #source: AudioBufferSourceNode;
  readonly #gain: GainNode;
  readonly #bufferEndS: number;
  readonly #track: RateTrack;
  #endS = Number.POSITIVE_INFINITY;
  /** When the last fade begins; infinite while a cue still holds the voice. */
  #fadesAt = Number.POSITIVE_INFINITY;

  constructor(context: BaseAudioContext, output: AudioNode, piece: Piece, start: VoiceStart) {
    this.key = start.key;
    this.itemId = start.itemId;
    this.startS = start.startS;
    this.joined = start.joined;
    this.joinS = piece.joinS;
    this.#bufferEndS = piece.fromS + piece.buffer.duration;
    this.#track = new RateTrack(start.startS, start.positionS, start.rate);
    this.#gain = context.createGain();
    this.#gain.connect(output);
    if (start.fadeInS > 0) {
      // The source may round its start down to a frame before the fade's.
      this.#gain.gain.value = 0;
      this.#gain.gain.setValueAtTime(0, start.startS);
      this.#gain.gain.linearRampToValueAtTime(1, start.startS + start.fadeInS);
    }
    this.#source = context.createBufferSource();
    this.#source.buffer = piece.buffer;
    this.#source.playbackRate.value = start.rate;
    this.#source.connect(this.#gain);
    this.#source.onended = () => this.#disconnect();
    this.#source.start(start.startS, start.positionS - piece.fromS);
  }

  /** True once its last fade is set and no cue holds it any more. */
  get ending(): boolean {
    return this.#fadesAt !== Number.POSITIVE_INFINITY;
  }

  get rate(): number {
    return this.#track.rate;
  }

  /** When it falls silent: by its own length or because it was told to. */
  get endS(): number {
    return Math.min(this.#endS, this.#naturalEndS);
  }

  get #naturalEndS(): number {
    return this.#track.passes(this.#bufferEndS);
  }

  /** Position in seconds at an audio time. */
  at(contextS: number): number {
    return this.#track.at(contextS);
  }

  soundsAt(contextS: number): boolean {
    return contextS >= this.startS && contextS < this.endS;
  }

  /** When a position still ahead will be passed. */
  passes(positionS: number): number {
    return this.#track.passes(positionS);
  }

  /** Changes the rate at the start of a render block. */
  setRate(rate: number, fromS: number): void {
    this.#source.playbackRate.setValueAtTime(rate, fromS);
    this.#track.setRate(rate, fromS);
  }

  /** Ends at a moment still ahead, or no longer ends early; may be told again and again. */
  endAt(endS: number): void {
    if (this.ending) {
      this.fadeOut(endS - CUT_FADE_S, CUT_FADE_S);
      return;
    }
    if (endS === this.#endS || Math.abs(endS - this.#endS) < SAME_MOMENT_S) return;
    if (this.#endS !== Number.POSITIVE_INFINITY)
      this.#gain.gain.cancelScheduledValues(this.#endS - 2 * CUT_FADE_S);
    this.#endS = endS;
    if (endS >= this.#naturalEndS - SAME_END_S) {
      this.#source.stop(this.#naturalEndS + 1);
      return;
    }
    this.#gain.gain.setValueAtTime(1, endS - CUT_FADE_S);
    this.#gain.gain.linearRampToValueAtTime(0, endS);
    this.#source.stop(endS);
  }

  /**
   * Fades out over `fadeS` from `fromS` on and is done, unless it fades earlier already. Before its start it is simply
   * taken back.
   */
  fadeOut(fromS: number, fadeS: number): void {
    if (fromS >= this.#fadesAt) return;
    this.#fadesAt = fromS;
    const began = fromS >= this.startS;
    this.#endS = began ? Math.min(this.#endS, fromS + fadeS) : this.startS;
    if (!began) {
      this.#source.stop(0);
      this.#disconnect();
      return;
    }
    this.#gain.gain.cancelScheduledValues(fromS);
    this.#gain.gain.setValueAtTime(1, fromS);
    this.#gain.gain.linearRampToValueAtTime(0, fromS + fadeS);
    this.#source.stop(fromS + fadeS);
  }

  #disconnect(): void {
    this.#source.disconnect();
    this.#gain.disconnect();
  }
}
