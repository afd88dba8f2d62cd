// Generated from schemas/ by `npm run types`. Do not edit.

export type PlaylistId = string;

/**
 * `{playlists}`.
 */
export interface SavedPlaylists {
  /**
   * The latest first.
   */
  playlists: SavedPlaylist[];
}
/**
 * A saved playlist, without its tracks.
 */
export interface SavedPlaylist {
  /**
   * What it is called.
   */
  name: string;
  playlist_id: PlaylistId;
  /**
   * Since when.
   */
  saved_at: string;
  /**
   * How many tracks it has.
   */
  track_count: number;
}
