/**
 * YouTube's IFrame API: as much of it as is used, and how it comes into the page. Loaded when the first video is wanted
 * and never before.
 *
 * Described at https://developers.google.com/youtube/iframe_api_reference.
 */

import { PlaybackError } from "../errors";

export const STATE = { unstarted: -1, ended: 0, playing: 1, paused: 2, buffering: 3, cued: 5 } as const;

export interface VideoData {
  readonly video_id?: string;
  readonly title?: string;
  readonly author?: string;
}

/** Each call is a message to YouTube's frame; what is read is what the frame last told. */
export interface YouTubePlayer {
  playVideo(): void;
  pauseVideo(): void;
  seekTo(seconds: number, allowSeekAhead: boolean): void;
  cueVideoById(video: { videoId: string; startSeconds?: number }): void;
  loadVideoById(video: { videoId: string; startSeconds?: number }): void;
  stopVideo(): void;
  setVolume(percent: number): void;
  mute(): void;
  unMute(): void;
  getCurrentTime(): number;
  getDuration(): number;
  getPlayerState(): number;
  getVideoData?(): VideoData;
  destroy(): void;
}

export interface PlayerEvents {
  onReady(): void;
  onStateChange(event: { data: number }): void;
  onError(event: { data: number }): void;
  onAutoplayBlocked(): void;
}

export interface YouTubeApi {
  readonly Player: new (
    frame: HTMLIFrameElement,
    options: { host: string; events: PlayerEvents },
  ) => YouTubePlayer;
}

declare global {
  interface Window {
    YT?: Partial<YouTubeApi>;
    onYouTubeIframeAPIReady?: () => void;
  }
}

const SCRIPT_HOST = "https://www.youtube.com";
const PATIENCE_MS = 15_000;

let loading: Promise<YouTubeApi> | null = null;

/** Rejects with a `PlaybackError`; asked again after that, it tries again. */
export function loadApi(): Promise<YouTubeApi> {
  loading ??= inject().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

function inject(): Promise<YouTubeApi> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      document.removeEventListener("securitypolicyviolation", refused);
      finish();
    };
    const fail = (error: PlaybackError) =>
      settle(() => {
        script.remove();
        reject(error);
      });
    // A page that was loaded while the server had YouTube off may not load it until it is loaded again.
    const refused = ({ blockedURI }: SecurityPolicyViolationEvent) => {
      if (blockedURI.startsWith(SCRIPT_HOST)) fail(new PlaybackError("video_refused", "the page's policy"));
    };
    const timer = setTimeout(() => fail(new PlaybackError("video_unreachable", "no answer")), PATIENCE_MS);
    document.addEventListener("securitypolicyviolation", refused);
    window.onYouTubeIframeAPIReady = () => {
      const { Player } = window.YT ?? {};
      if (Player) settle(() => resolve({ Player }));
    };
    script.src = `${SCRIPT_HOST}/iframe_api`;
    script.async = true;
    script.onerror = () => fail(new PlaybackError("video_unreachable", "the script did not load"));
    document.head.append(script);
  });
}
