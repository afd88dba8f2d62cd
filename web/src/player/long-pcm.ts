/**
 * Long tracks in pieces of twenty seconds, fetched by ranges and decoded shortly before they are needed.
 *
 * Loaded only when a long track comes up: the demuxer is larger than the rest of the client. It holds the piece asked
 * for last and the one after it, and knows nothing of time.
 */

import { ADTS, AudioBufferSink, FLAC, Input, MP3, MP4, OGG, QTFF, UrlSource, WAVE, WEBM } from "mediabunny";
import { asPlaybackError, PlaybackError } from "./errors";
import { type FetchMedia, refusal } from "./fetch-audio";
import type { Pcm, Piece } from "./pcm";
import { wavOf } from "./wav";

/** What people upload; naming them leaves the rest of the demuxer out. */
const FORMATS = [MP3, FLAC, OGG, MP4, QTFF, ADTS, WAVE, WEBM];
const PIECE_S = 20;
/** A piece reaches this far into the next, so that two voices can cross-fade there. */
const OVERLAP_S = 0.1;
const JOIN_S = 0.02;
/** Some decoders need a few frames before what they say is true. */
const PREROLL_S = 0.2;
const CACHE_BYTES = 16 * 1024 * 1024;
const RETRIES = 3;

export interface LongPcmOptions {
  readonly fetchMedia: FetchMedia;
  readonly decode: (wav: ArrayBuffer) => Promise<AudioBuffer>;
  readonly sampleRate: number;
  /** Called when a piece has been decoded. */
  readonly onPiece: () => void;
}

/** Resolves once the first piece is ready; rejects with a `PlaybackError`. */
export async function openLong(url: string, signal: AbortSignal, options: LongPcmOptions): Promise<Pcm> {
  const source = new UrlSource(new URL(url, globalThis.location?.href), {
    maxCacheSize: CACHE_BYTES,
    fetchFn: fetchVia(options.fetchMedia),
    getRetryDelay: (attempts, error) =>
      error instanceof PlaybackError && !error.retryable
        ? null
        : attempts < RETRIES
          ? 0.5 * 2 ** attempts
          : null,
  });
  const input = new Input({ source, formats: FORMATS });
  const abort = () => input.dispose();
  signal.addEventListener("abort", abort);
  try {
    const track = await input.getPrimaryAudioTrack();
    if (track === null || !(await track.canDecode())) throw new PlaybackError("undecodable");
    const durationS = await input.computeDuration([track]);
    const pcm = new LongPcm(input, new AudioBufferSink(track), durationS, options);
    await pcm.first();
    return pcm;
  } catch (thrown) {
    input.dispose();
    throw signal.aborted ? new PlaybackError("aborted") : asPlaybackError(thrown, "undecodable");
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

class LongPcm implements Pcm {
  readonly #pieces = new Map<number, Piece>();
  #wanted = 0;
  #filling = false;
  #released = false;
  #retryAt = 0;

  constructor(
    private readonly input: Input,
    private readonly sink: AudioBufferSink,
    readonly durationS: number,
    private readonly options: LongPcmOptions,
  ) {}

  async first(): Promise<void> {
    this.#pieces.set(0, await this.#decode(0));
  }

  pieceAt(positionS: number): Piece | null {
    this.#wanted = Math.max(0, Math.min(this.#count - 1, Math.floor(positionS / PIECE_S)));
    for (const index of this.#pieces.keys()) {
      if (index < this.#wanted - 1 || index > this.#wanted + 1) this.#pieces.delete(index);
    }
    void this.#fill();
    return this.#pieces.get(this.#wanted) ?? null;
  }

  release(): void {
    this.#released = true;
    this.#pieces.clear();
    this.input.dispose();
  }

  get #count(): number {
    return Math.max(1, Math.ceil(this.durationS / PIECE_S));
  }

  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    for (let index = this.#missing(); index !== null && !this.#released; index = this.#missing()) {
      try {
        const piece = await this.#decode(index);
        if (!this.#released) this.#pieces.set(index, piece);
      } catch {
        // The line may be back by the time somebody asks again.
        this.#retryAt = performance.now() + 1_000;
        break;
      }
      this.options.onPiece();
    }
    this.#filling = false;
  }

  #missing(): number | null {
    if (performance.now() < this.#retryAt) return null;
    const next = [this.#wanted, this.#wanted + 1].find(
      (index) => index < this.#count && !this.#pieces.has(index),
    );
    return next ?? null;
  }

  async #decode(index: number): Promise<Piece> {
    const fromS = index * PIECE_S;
    const untilS = Math.min(this.durationS, fromS + PIECE_S + OVERLAP_S);
    let samples: Float32Array[] | null = null;
    let rate = 0;
    for await (const { buffer, timestamp } of this.sink.buffers(Math.max(0, fromS - PREROLL_S), untilS)) {
      rate = buffer.sampleRate;
      const frames = Math.ceil((untilS - fromS) * rate);
      samples ??= Array.from(
        { length: Math.min(2, buffer.numberOfChannels) },
        () => new Float32Array(frames),
      );
      const at = Math.round((timestamp - fromS) * rate);
      for (const [channel, target] of samples.entries()) place(buffer.getChannelData(channel), target, at);
    }
    if (samples === null) throw new PlaybackError("undecodable", `nothing at ${fromS} s`);
    const buffer = await this.#toBuffer(samples, rate);
    return { buffer, fromS, joinS: index + 1 < this.#count ? fromS + PIECE_S + JOIN_S : null };
  }

  /** The browser resamples well when it decodes and poorly when it plays, so foreign rates go round by a file. */
  async #toBuffer(samples: Float32Array[], rate: number): Promise<AudioBuffer> {
    if (rate !== this.options.sampleRate) return this.options.decode(wavOf(samples, rate));
    const length = (samples[0] as Float32Array).length;
    const buffer = new AudioBuffer({ length, numberOfChannels: samples.length, sampleRate: rate });
    for (const [channel, data] of samples.entries())
      buffer.copyToChannel(data as Float32Array<ArrayBuffer>, channel);
    return buffer;
  }
}

function place(from: Float32Array, to: Float32Array, at: number): void {
  const skip = Math.max(0, -at);
  const room = to.length - Math.max(0, at);
  if (room > 0 && skip < from.length) to.set(from.subarray(skip, skip + room), Math.max(0, at));
}

function fetchVia(fetchMedia: FetchMedia): typeof fetch {
  return async (input, init) => {
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    const response = await fetchMedia(url, init ?? {});
    if (!response.ok) throw refusal(response.status);
    return response;
  };
}
