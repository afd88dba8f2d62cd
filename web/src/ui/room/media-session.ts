/**
 * The music on lock screens, headset buttons and media keys: what plays, and what this person may do about it.
 *
 * Browsers offer these to media elements only, so a silent one plays along with the room; the music itself goes
 * elsewhere. Who may not control the room still silences this device.
 */
import { wavOf } from "../../player/wav";
import type { Track } from "../../protocol/model";
import { artistsText } from "../format";

export interface Shown {
  readonly track: Track | null;
  /** The room's name, in the place of an album where there is none. */
  readonly room: string;
  readonly playing: boolean;
  readonly positionMs: number;
  /** Whether this person may change the music. */
  readonly controls: boolean;
}

export interface MediaActions {
  play(): void;
  pause(): void;
  next(): void;
  previous(): void;
  seekTo(ms: number): void;
  seekBy(ms: number): void;
}

const SEEK_MS = 10_000;
const SILENCE_S = 10;
const SILENCE_RATE = 8_000;

type Handlers = Partial<Record<MediaSessionAction, MediaSessionActionHandler>>;
const ALL: readonly MediaSessionAction[] = [
  "play",
  "pause",
  "nexttrack",
  "previoustrack",
  "seekto",
  "seekbackward",
  "seekforward",
];

export class MediaControls {
  readonly #session: MediaSession;
  readonly #handlers: Handlers;
  readonly #element: HTMLAudioElement;
  readonly #source: string;
  #described = "";

  /** Null where the browser has nothing of the kind. */
  static offered(actions: MediaActions): MediaControls | null {
    return "mediaSession" in navigator && "MediaMetadata" in globalThis
      ? new MediaControls(navigator.mediaSession, actions)
      : null;
  }

  constructor(session: MediaSession, actions: MediaActions) {
    this.#session = session;
    this.#handlers = {
      play: () => actions.play(),
      pause: () => actions.pause(),
      nexttrack: () => actions.next(),
      previoustrack: () => actions.previous(),
      seekto: ({ seekTime }) => actions.seekTo((seekTime ?? 0) * 1_000),
      seekbackward: ({ seekOffset }) => actions.seekBy(-(seekOffset ? seekOffset * 1_000 : SEEK_MS)),
      seekforward: ({ seekOffset }) => actions.seekBy(seekOffset ? seekOffset * 1_000 : SEEK_MS),
    };
    // Long enough for browsers to take it for music.
    const silence = new Float32Array(SILENCE_S * SILENCE_RATE);
    this.#source = URL.createObjectURL(new Blob([wavOf([silence], SILENCE_RATE)], { type: "audio/wav" }));
    this.#element = new Audio();
    this.#element.loop = true;
    this.#element.src = this.#source;
  }

  show(shown: Shown): void {
    const { track, playing, controls } = shown;
    this.#describe(shown);
    this.#session.playbackState = track === null ? "none" : playing ? "playing" : "paused";
    for (const action of ALL) {
      const own = action === "play" || action === "pause";
      this.#handle(action, track !== null && (controls || own) ? this.#handlers[action] : undefined);
    }
    this.#place(shown);
    if (playing && track !== null) void this.#element.play().catch(() => undefined);
    else this.#element.pause();
  }

  dispose(): void {
    for (const action of ALL) this.#handle(action, undefined);
    this.#session.metadata = null;
    this.#session.playbackState = "none";
    this.#element.pause();
    this.#element.removeAttribute("src");
    URL.revokeObjectURL(this.#source);
  }

  #describe({ track, room }: Shown): void {
    const described = JSON.stringify([track, room]);
    if (described === this.#described) return;
    this.#described = described;
    this.#session.metadata =
      track === null
        ? null
        : new MediaMetadata({
            title: track.title,
            artist: artistsText(track.artists),
            album: track.album ?? room,
            artwork: [artworkOf(track)],
          });
  }

  #place({ track, positionMs }: Shown): void {
    const duration = (track?.duration_ms ?? 0) / 1_000;
    const known = duration > 0;
    const position = Math.max(0, Math.min(duration, positionMs / 1_000));
    this.#session.setPositionState?.(known ? { duration, position, playbackRate: 1 } : undefined);
  }

  #handle(action: MediaSessionAction, handler: MediaSessionActionHandler | undefined): void {
    try {
      this.#session.setActionHandler(action, handler ?? null);
    } catch {
      // A browser that does not know an action throws, and simply has no button for it.
    }
  }
}

function artworkOf(track: Track): MediaImage {
  if (track.artwork_url) return { src: new URL(track.artwork_url, location.href).href };
  return { src: new URL("/icon.svg", location.href).href, sizes: "any", type: "image/svg+xml" };
}
