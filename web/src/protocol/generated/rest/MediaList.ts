// Generated from schemas/ by `npm run types`. Do not edit.

export type MediaId = string;
export type UserId = string;

/**
 * `{media}`.
 */
export interface MediaList {
  /**
   * By artist, album and title.
   */
  media: Media[];
}
/**
 * An audio file of the library.
 */
export interface Media {
  /**
   * From its tags.
   */
  album: string | null;
  /**
   * From its tags.
   */
  artists: string[];
  /**
   * Its picture, at this path.
   */
  artwork_url: string | null;
  /**
   * What it is, as `audio/flac`.
   */
  content_type: string;
  /**
   * Its length.
   */
  duration_ms: number | null;
  media_id: MediaId;
  /**
   * Its size in bytes.
   */
  size: number;
  /**
   * From its tags, else from its file name.
   */
  title: string;
  /**
   * Who uploaded it; nobody where it lies in the media folder.
   */
  uploaded_by: UserId | null;
  /**
   * The audio, at this path.
   */
  url: string;
}
