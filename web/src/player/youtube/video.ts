/** One YouTube player in its frame: made once, given one video after another, and asked plainly how it is. */

import { PlaybackError } from "../errors";
import { loadApi, STATE, type VideoData, type YouTubePlayer } from "./api";

export interface VideoEvents {
  changed(): void;
  blocked(): void;
  failed(error: PlaybackError): void;
}

const HOST = "https://www.youtube-nocookie.com";
const PATIENCE_MS = 15_000;
/** Nothing of YouTube's own to press or to read over the picture: who steers is the room. */
const SHOWN = { enablejsapi: 1, playsinline: 1, controls: 0, disablekb: 1, fs: 0, rel: 0, iv_load_policy: 3 };

export class Video {
  readonly #player: YouTubePlayer;
  readonly #frame: HTMLIFrameElement;

  private constructor(player: YouTubePlayer, frame: HTMLIFrameElement) {
    this.#player = player;
    this.#frame = frame;
  }

  /** Puts a frame into the stage and waits until its player answers. Rejects with a `PlaybackError`. */
  static async open(
    stage: HTMLElement,
    title: string,
    videoId: string,
    events: VideoEvents,
    load = loadApi,
  ): Promise<Video> {
    const api = await load();
    const frame = frameOf(videoId, title);
    stage.append(frame);
    let player: YouTubePlayer | null = null;
    try {
      await new Promise<void>((resolve, reject) => {
        const late = () => reject(new PlaybackError("video_unreachable", "the player did not answer"));
        const timer = setTimeout(late, PATIENCE_MS);
        player = new api.Player(frame, {
          host: HOST,
          events: {
            onReady: () => {
              clearTimeout(timer);
              resolve();
            },
            onStateChange: () => events.changed(),
            onError: ({ data }) => events.failed(errorOf(data)),
            onAutoplayBlocked: () => events.blocked(),
          },
        });
      });
    } catch (error) {
      frame.remove();
      throw error;
    }
    return new Video(player as unknown as YouTubePlayer, frame);
  }

  get state(): number {
    return this.#player.getPlayerState();
  }

  /** As the player last told it. */
  get positionMs(): number {
    return (this.#player.getCurrentTime() || 0) * 1_000;
  }

  /** Of what plays, which may be an advert; null while unknown. */
  get durationMs(): number | null {
    const seconds = this.#player.getDuration();
    return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1_000) : null;
  }

  get data(): VideoData {
    return this.#player.getVideoData?.() ?? {};
  }

  cue(videoId: string): void {
    this.#player.cueVideoById({ videoId, startSeconds: 0 });
  }

  /** Plays from where it stands. */
  play(): void {
    this.#player.playVideo();
  }

  /** Plays a cued video from a place: seeking it would play it too, but from its start. */
  playFrom(videoId: string, positionMs: number): void {
    this.#player.loadVideoById({ videoId, startSeconds: positionMs / 1_000 });
  }

  pause(): void {
    this.#player.pauseVideo();
  }

  seek(positionMs: number): void {
    this.#player.seekTo(Math.max(0, positionMs) / 1_000, true);
  }

  stop(): void {
    this.#player.stopVideo();
  }

  /** 0 to 1. */
  setVolume(volume: number): void {
    if (volume === 0) {
      this.#player.mute();
      return;
    }
    this.#player.unMute();
    this.#player.setVolume(Math.round(volume * 100));
  }

  dispose(): void {
    this.#player.destroy();
    this.#frame.remove();
  }
}

/** Whether the player says that its video runs, or tries to. */
export function runs(state: number): boolean {
  return state === STATE.playing || state === STATE.buffering;
}

function frameOf(videoId: string, title: string): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.allow = "autoplay; encrypted-media";
  // YouTube refuses pages that do not say where they are.
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  const query = new URLSearchParams({ origin: location.origin });
  for (const [name, value] of Object.entries(SHOWN)) query.set(name, String(value));
  frame.src = `${HOST}/embed/${encodeURIComponent(videoId)}?${query}`;
  return frame;
}

function errorOf(code: number): PlaybackError {
  const detail = `YouTube's error ${code}`;
  switch (code) {
    case 2:
      return new PlaybackError("video_invalid", detail);
    case 100:
      return new PlaybackError("video_gone", detail);
    case 101:
    case 150:
      return new PlaybackError("video_embedding", detail);
    case 153:
      return new PlaybackError("video_refused", detail);
    default:
      return new PlaybackError("video_player", detail);
  }
}
