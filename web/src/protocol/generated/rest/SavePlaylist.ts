// Generated from schemas/ by `npm run types`. Do not edit.

export type RoomId = string;
export type Milliseconds = number;
export type MediaId = string;

/**
 * `POST me/playlists`: the tracks of a room, or these.
 */
export interface SavePlaylist {
  /**
   * What it is called.
   */
  name: string;
  /**
   * Whose playlist to save; you belong to it.
   */
  room_id?: RoomId | null;
  /**
   * What to save.
   */
  tracks?: Track[] | null;
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
