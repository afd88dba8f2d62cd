// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * What to do with the music.
 */
export type PlaybackAction = "play" | "pause" | "seek" | "skip_next" | "skip_prev" | "select";
export type ItemId = string;
export type Milliseconds = number;

/**
 * `POST rooms/{id}/playback`.
 */
export interface Playback {
  action: PlaybackAction;
  /**
   * Which, for `select`.
   */
  item_id?: ItemId | null;
  /**
   * Where, for `seek` and `select`.
   */
  position_ms?: Milliseconds | null;
}
