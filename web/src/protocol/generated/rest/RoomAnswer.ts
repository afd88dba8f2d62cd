// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * Who controls the music and the playlist.
 */
export type Control = "host" | "everyone";
export type ItemId = string;
export type Milliseconds = number;
export type MediaId = string;
export type UserId = string;
/**
 * What a member may do.
 */
export type Role = "host" | "co_host" | "guest";
/**
 * What happens at the end of a track.
 */
export type Repeat = "off" | "one" | "all";
export type RoomId = string;
/**
 * Who may come in.
 */
export type Visibility = "public" | "friends" | "invite";

/**
 * `{room}`.
 */
export interface RoomAnswer {
  room: Room;
}
/**
 * A room, in REST.
 */
export interface Room {
  control: Control;
  /**
   * When it was opened.
   */
  created_at: string;
  /**
   * The place in the playlist that plays.
   */
  current_item_id: ItemId | null;
  /**
   * What plays.
   */
  current_song: Track | null;
  /**
   * Identity of the numbering.
   */
  epoch: string;
  /**
   * Its host.
   */
  host_id: UserId | null;
  /**
   * To type; only members see it.
   */
  invite_code: string | null;
  /**
   * To follow; only members see it.
   */
  invite_url: string | null;
  /**
   * `visibility` is `friends`.
   */
  is_friends_only: boolean;
  /**
   * When it last changed.
   */
  last_activity: string;
  /**
   * How many belong.
   */
  member_count: number;
  /**
   * The same people, described.
   */
  members: RoomMember[];
  /**
   * What it is called.
   */
  name: string;
  /**
   * Who belongs; in a large room the first 500.
   */
  participants: UserId[];
  playback_state: PlaybackState;
  /**
   * The playlist, as listed.
   */
  queue: Item[];
  repeat: Repeat;
  room_id: RoomId;
  /**
   * The last entry contained.
   */
  seq: number;
  /**
   * Whether items play in a drawn order.
   */
  shuffle: boolean;
  /**
   * How it plays, to compute with.
   */
  timeline: Timeline | null;
  visibility: Visibility;
  /**
   * Shared loudness, 0 to 1.
   */
  volume: number;
  vote_skip: VoteSkip;
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
 * A member, in REST.
 */
export interface RoomMember {
  /**
   * Whether a connection of theirs watches the room.
   */
  connected: boolean;
  /**
   * The same, as an earlier system called it.
   */
  is_active: boolean;
  /**
   * Since when.
   */
  joined_at: string;
  /**
   * When they were last connected.
   */
  last_seen: string | null;
  /**
   * Whether they may listen only.
   */
  muted: boolean;
  /**
   * Display name.
   */
  name: string;
  role: Role;
  user_id: UserId;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
/**
 * What plays, in seconds and milliseconds.
 */
export interface PlaybackState {
  /**
   * The same as `position`.
   */
  current_time: number;
  /**
   * Whether it plays.
   */
  playing: boolean;
  /**
   * Seconds, at `timestamp`.
   */
  position: number;
  /**
   * Milliseconds, at `timestamp`.
   */
  position_ms: number;
  /**
   * When this was so: now, in server time.
   */
  timestamp: string;
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
 * One item placed on server time: at `t` it is at `position_ms + (t - at_ms) * rate` while playing, and never before
 * `at_ms`.
 */
export interface Timeline {
  /**
   * The anchor, in server time; in the future for a scheduled start.
   */
  at_ms: number;
  item_id: ItemId;
  /**
   * Whether it plays or stands.
   */
  playing: boolean;
  /**
   * The position at `at_ms`.
   */
  position_ms: number;
  /**
   * How fast it runs; 1 is as recorded.
   */
  rate: number;
  /**
   * When the sound starts, where playing: the same as `at_ms`.
   */
  starts_at_ms: number | null;
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
