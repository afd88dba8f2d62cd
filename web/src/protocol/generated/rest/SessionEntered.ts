// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * What a member may do.
 */
export type Role = "host" | "co_host" | "guest";
/**
 * Who controls the music and the playlist.
 */
export type Control = "host" | "everyone";
export type UserId = string;
export type RoomId = string;
/**
 * Who may come in.
 */
export type Visibility = "public" | "friends" | "invite";
export type ItemId = string;
export type Milliseconds = number;
export type MediaId = string;
/**
 * Whether the music runs.
 */
export type PlayState = "playing" | "paused";

/**
 * The answer to `POST /sessions` and `POST /sessions/{code}/join`.
 */
export interface SessionEntered {
  /**
   * Seconds until it expires; `POST /sessions/{session_id}/token` gives the next one.
   */
  expires_in: number;
  role: Role;
  session: ListeningSession;
  /**
   * Opens this session and nothing else.
   */
  session_token: string;
  state: SessionState;
  user: User;
}
/**
 * A session: a room.
 */
export interface ListeningSession {
  control: Control;
  /**
   * When it was opened.
   */
  created_at: string;
  /**
   * Its host.
   */
  host_id: UserId | null;
  /**
   * To type.
   */
  invite_code: string;
  /**
   * To follow.
   */
  invite_url: string;
  /**
   * How many belong to it.
   */
  member_count: number;
  /**
   * What it is called.
   */
  name: string;
  session_id: RoomId;
  visibility: Visibility;
}
/**
 * How a session stands.
 */
export interface SessionState {
  playlist: SessionPlaylist;
  /**
   * Where it is at `updated_at`.
   */
  position_ms: number;
  /**
   * Now, in server time.
   */
  server_time: string;
  state: PlayState;
  /**
   * What plays, described.
   */
  track: Track | null;
  /**
   * What plays: the item of the playlist.
   */
  track_id: ItemId | null;
  /**
   * When it is at `position_ms`; a little ahead where a start is scheduled, and until then the music waits.
   */
  updated_at: string;
}
/**
 * The playlist of a session.
 */
export interface SessionPlaylist {
  /**
   * As listed.
   */
  items: Item[];
  /**
   * The ids of the items, as listed.
   */
  order: ItemId[];
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
/**
 * A person, as others see them.
 */
export interface User {
  /**
   * No password yet: signed in on this device only.
   */
  is_guest: boolean;
  /**
   * Display name.
   */
  name: string;
  user_id: UserId;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
