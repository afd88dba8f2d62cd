// Generated from schemas/ by `npm run types`. Do not edit.

export type ItemId = string;
export type Milliseconds = number;

/**
 * `POST rooms/{id}/playback`.
 */
export interface Playback {
  /**
   * What.
   */
  action: "play" | "pause" | "seek" | "skip_next" | "skip_prev" | "select";
  /**
   * Which, for `select`.
   */
  item_id?: ItemId | null;
  /**
   * Where, for `seek` and `select`.
   */
  position_ms?: Milliseconds | null;
}
