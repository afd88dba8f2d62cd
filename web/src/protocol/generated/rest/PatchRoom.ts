// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * Who controls the music and the playlist.
 */
export type Control = "host" | "everyone";
/**
 * What happens at the end of a track.
 */
export type Repeat = "off" | "one" | "all";
/**
 * Who may come in.
 */
export type Visibility = "public" | "friends" | "invite";

/**
 * `PATCH rooms/{id}`: what is absent stays.
 */
export interface PatchRoom {
  /**
   * Who controls.
   */
  control?: Control | null;
  /**
   * Shorthand for the visibility `friends` or `public`.
   */
  is_friends_only?: boolean | null;
  /**
   * What it is called.
   */
  name?: string | null;
  /**
   * What happens at the end of a track.
   */
  repeat?: Repeat | null;
  /**
   * Whether items play in a drawn order.
   */
  shuffle?: boolean | null;
  /**
   * Who may come in.
   */
  visibility?: Visibility | null;
  /**
   * Shared loudness, 0 to 1.
   */
  volume?: number | null;
  /**
   * How members vote to skip.
   */
  vote_skip?: VoteSkip | null;
}
/**
 * How members vote to skip.
 */
export interface VoteSkip {
  /**
   * Whether they may.
   */
  enabled: boolean;
  /**
   * How many of those connected it takes, in percent: 1 to 100.
   */
  percent: number;
}
