// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * Who controls the music and the playlist.
 */
export type Control = "host" | "everyone";
export type PlaylistId = string;
/**
 * Who may come in.
 */
export type Visibility = "public" | "friends" | "invite";

/**
 * `POST rooms/create`.
 */
export interface CreateRoom {
  /**
   * Who controls; the host where absent.
   */
  control?: Control | null;
  /**
   * Shorthand for `visibility: "friends"`.
   */
  is_friends_only?: boolean | null;
  /**
   * What it is called; one is made up where absent.
   */
  name?: string | null;
  /**
   * A saved playlist of yours to begin with.
   */
  playlist_id?: PlaylistId | null;
  /**
   * Who may come in; public where absent.
   */
  visibility?: Visibility | null;
}
