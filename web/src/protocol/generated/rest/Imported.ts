// Generated from schemas/ by `npm run types`. Do not edit.

export type UserId = string;
export type ItemId = string;
export type Milliseconds = number;
export type MediaId = string;

/**
 * The answer to an import.
 */
export interface Imported {
  /**
   * What was added, in order.
   */
  items: Item[];
  /**
   * How many entries of the file cannot be played by others.
   */
  skipped: number;
}
/**
 * One place in a playlist, in REST.
 */
export interface Item {
  /**
   * When.
   */
  added_at: string;
  /**
   * Who put it there.
   */
  added_by: UserId | null;
  item_id: ItemId;
  track: Track;
}
/**
 * A piece of music. Exactly one of `media_id`, `url` and `youtube_video_id` is given.
 */
export interface Track {
  /**
   * The album it is from.
   */
  album?: string | null;
  /**
   * Its artists, most important first.
   */
  artists: string[];
  /**
   * A picture.
   */
  artwork_url?: string | null;
  /**
   * Its length, where known.
   */
  duration_ms?: Milliseconds | null;
  /**
   * An uploaded file, at `/media/{media_id}`.
   */
  media_id?: MediaId | null;
  /**
   * Its title.
   */
  title: string;
  /**
   * An address each listener opens by itself.
   */
  url?: string | null;
  /**
   * A YouTube video.
   */
  youtube_video_id?: string | null;
}
