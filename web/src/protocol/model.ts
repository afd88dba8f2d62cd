/**
 * The nouns of the native protocol: track, item, timeline, member, room state, event. Times are `*_ms` numbers.
 *
 * Written in the shape the generator gives to `schemas/`; knows nothing of what the messages do.
 */

export type UserId = string;
export type RoomId = string;
export type ItemId = string;
export type SessionId = string;
export type MediaId = string;
export type CommandId = string;

export type Role = "host" | "co_host" | "guest";
export type Visibility = "public" | "friends" | "invite";
export type Control = "host" | "everyone";
export type Repeat = "off" | "one" | "all";

/** A piece of music. Exactly one of `media_id`, `url` and `youtube_video_id` is given. */
export interface Track {
  title: string;
  artists?: string[];
  album?: string | null;
  duration_ms?: number | null;
  artwork_url?: string | null;
  media_id?: MediaId | null;
  url?: string | null;
  youtube_video_id?: string | null;
}

/** One place in a playlist. */
export interface Item {
  item_id: ItemId;
  track: Track;
  added_by?: UserId | null;
  added_at_ms: number;
}

/** One item placed on server time: at `t` it is at `position_ms + (t - at_ms) * rate` while playing. */
export interface Timeline {
  item_id: ItemId;
  playing: boolean;
  position_ms: number;
  at_ms: number;
  starts_at_ms: number | null;
  rate: number;
}

/** How well a connected member hears what it should, as its client last reported. */
export interface SyncQuality {
  drift_ms: number;
  offset_ms: number;
  rtt_ms: number;
  buffering: boolean;
  loaded: boolean;
}

/** A person in the room. */
export interface Member {
  user_id: UserId;
  username?: string | null;
  name: string;
  role: Role;
  connected: boolean;
  joined_at_ms: number;
  last_seen_ms?: number | null;
  sync?: SyncQuality | null;
}

/** A room as it stands. */
export interface RoomState {
  room_id: RoomId;
  name: string;
  host_id?: UserId | null;
  visibility: Visibility;
  control: Control;
  invite_code: string;
  invite_path: string;
  volume: number;
  repeat: Repeat;
  shuffle_order?: ItemId[] | null;
  playlist: Item[];
  timeline?: Timeline | null;
  member_count: number;
  created_at_ms: number;
}

/** Why an entry came to be. */
export interface Cause {
  command: string;
  command_id?: CommandId | null;
  user_id?: UserId | null;
}

/** One accepted command of a room and its facts. */
export interface Entry {
  seq: number;
  at_ms: number;
  cause: Cause;
  events: RoomEvent[];
}

export type ItemChange = "skipped_next" | "skipped_prev" | "selected" | "ended" | "removed" | "first_added";
export type HostChange = "transferred" | "claimed" | "left" | "lost";

/** A fact about a room. Every change of what plays carries the whole new timeline. */
export type RoomEvent =
  | { type: "room_created"; host_id: UserId; name: string; visibility: Visibility; control: Control }
  | { type: "room_closed" }
  | { type: "playback_started"; timeline: Timeline }
  | { type: "playback_paused"; timeline: Timeline }
  | { type: "playback_seeked"; timeline: Timeline }
  | { type: "item_changed"; timeline: Timeline; why: ItemChange }
  | { type: "playback_finished"; timeline: Timeline }
  | { type: "playback_emptied" }
  | { type: "item_added"; item: Item; index: number; shuffled_index?: number | null }
  | { type: "item_moved"; item_id: ItemId; index: number }
  | { type: "item_removed"; item_id: ItemId }
  | { type: "item_edited"; item_id: ItemId; track: Track }
  | { type: "playlist_cleared" }
  | { type: "repeat_set"; repeat: Repeat }
  | { type: "shuffle_set"; order?: ItemId[] | null }
  | {
      type: "member_joined";
      user_id: UserId;
      username?: string | null;
      name: string;
      role: Role;
      joined_at_ms: number;
    }
  | { type: "member_left"; user_id: UserId }
  | { type: "host_changed"; from?: UserId | null; to: UserId; why: HostChange }
  | { type: "role_changed"; user_id: UserId; role: Role }
  | { type: "renamed"; name: string }
  | { type: "visibility_set"; visibility: Visibility }
  | { type: "control_set"; control: Control }
  | { type: "volume_set"; volume: number }
  | { type: "invite_renewed"; invite_code: string; invite_path: string };
