/** Why music cannot be had, in a type for programs and a sentence for people. */

export type FailureReason =
  | "unreachable"
  | "not_found"
  | "forbidden"
  | "server"
  | "undecodable"
  | "too_long"
  | "blocked"
  | "no_audio"
  | "aborted"
  | "video_off"
  | "video_unreachable"
  | "video_refused"
  | "video_invalid"
  | "video_player"
  | "video_gone"
  | "video_embedding";

const SENTENCES: Record<FailureReason, string> = {
  unreachable:
    "The song could not be reached. Check the connection, or whether its site allows listening from here.",
  not_found: "The song is no longer there.",
  forbidden: "You are not allowed to hear this song.",
  server: "The server could not deliver the song just now.",
  undecodable: "This browser cannot play the song's format.",
  too_long: "The song is too long to be held in memory.",
  blocked: "The browser waits for a tap before it plays sound.",
  no_audio: "This browser offers no audio output.",
  aborted: "Loading was stopped.",
  video_off: "This server has YouTube switched off.",
  video_unreachable: "YouTube could not be reached from here.",
  video_refused: "YouTube's player may not be used in this page. Loading the page again may help.",
  video_invalid: "YouTube does not know this video.",
  video_player: "YouTube's player failed.",
  video_gone: "The video is no longer there, or private.",
  video_embedding: "Its owner does not allow it to be played outside YouTube.",
};

const RETRYABLE: ReadonlySet<FailureReason> = new Set([
  "unreachable",
  "server",
  "video_unreachable",
  "video_player",
]);

export class PlaybackError extends Error {
  override readonly name = "PlaybackError";

  constructor(
    readonly reason: FailureReason,
    /** What the browser or the server said, for the curious and for logs; never a token. */
    readonly detail = "",
  ) {
    super(SENTENCES[reason]);
  }

  /** Whether the same attempt may succeed a little later. */
  get retryable(): boolean {
    return RETRYABLE.has(this.reason);
  }

  /** Whether another engine may succeed where this one did not. */
  get otherEngineMayPlay(): boolean {
    return this.reason === "unreachable" || this.reason === "undecodable" || this.reason === "too_long";
  }
}

/** Makes a typed failure of anything thrown while loading. */
export function asPlaybackError(thrown: unknown, fallback: FailureReason): PlaybackError {
  if (thrown instanceof PlaybackError) return thrown;
  if (thrown instanceof Error) {
    return new PlaybackError(thrown.name === "AbortError" ? "aborted" : fallback, thrown.message);
  }
  return new PlaybackError(fallback, String(thrown));
}
