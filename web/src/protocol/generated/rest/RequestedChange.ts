// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * What is asked for.
 */
export type RequestAction = "add" | "move" | "remove" | "edit";
export type ItemId = string;
export type Milliseconds = number;
export type MediaId = string;

/**
 * What is asked for, with what it takes. Also the body of `POST rooms/{id}/requests`.
 */
export interface RequestedChange {
  action: RequestAction;
  /**
   * Which item.
   */
  item_id?: ItemId | null;
  /**
   * Its index afterwards.
   */
  position?: number | null;
  /**
   * To add, or how to describe it anew.
   */
  track?: Track | null;
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
  artists?: string[];
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
