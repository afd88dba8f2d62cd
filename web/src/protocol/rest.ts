/** Bodies of the REST calls this client makes. Times are ISO 8601 in UTC with milliseconds. */
import type {
  Control,
  ItemId,
  MediaId,
  Repeat,
  Role,
  RoomId,
  SessionId,
  Timeline,
  Track,
  UserId,
  Visibility,
} from "./model";

export type ErrorCode =
  | "AUTH_REQUIRED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "CONFLICT"
  | "INVALID_REQUEST"
  | "JOIN_FAILED"
  | "UPDATE_FAILED"
  | "NOT_IN_ROOM"
  | "RATE_LIMITED"
  | "PAYLOAD_TOO_LARGE"
  | "STORAGE_FULL"
  | "READ_ONLY"
  | "OVERLOADED"
  | "INTERNAL";

export interface ErrorBody {
  code: ErrorCode;
  message: string;
  retry_after_ms?: number | null;
}

/** A person, as others see them. */
export interface User {
  user_id: UserId;
  username?: string | null;
  name: string;
  is_guest: boolean;
}

/** Yourself. */
export interface Me extends User {
  email?: string | null;
  created_at: string;
  output_latency_ms: number;
}

export interface Register {
  username: string;
  password: string;
  email?: string | null;
  name?: string | null;
}

export interface Login {
  username?: string | null;
  email?: string | null;
  password: string;
}

export interface SignedIn {
  user: User;
  access_token: string;
  refresh_token: string;
  expires_in: number;
  session_id: SessionId;
}

export interface PatchMe {
  name?: string | null;
  email?: string | null;
  password?: string | null;
  current_password?: string | null;
  output_latency_ms?: number | null;
}

/** A signed-in device. */
export interface Session {
  session_id: SessionId;
  client: string;
  opened_at: string;
  refreshed_at: string;
  current: boolean;
}

export interface CreateRoom {
  name?: string | null;
  visibility?: Visibility | null;
  control?: Control | null;
}

export interface JoinRoom {
  room_id?: RoomId | null;
  invite_code?: string | null;
}

export interface RoomMember {
  user_id: UserId;
  username?: string | null;
  name: string;
  role: Role;
  connected: boolean;
  joined_at: string;
  last_seen?: string | null;
}

export interface PlaybackState {
  playing: boolean;
  position: number;
  position_ms: number;
  timestamp: string;
  current_time: number;
}

/** One place in a playlist, in REST. */
export interface Item {
  item_id: ItemId;
  track: Track;
  added_by?: UserId | null;
  added_at: string;
}

/** A room, in REST. Its invites are told to members only. */
export interface Room {
  room_id: RoomId;
  host_id?: UserId | null;
  name: string;
  visibility: Visibility;
  is_friends_only: boolean;
  control: Control;
  invite_code?: string | null;
  invite_url?: string | null;
  participants: UserId[];
  members: RoomMember[];
  member_count: number;
  current_song?: Track | null;
  current_item_id?: ItemId | null;
  playback_state: PlaybackState;
  timeline?: Timeline | null;
  queue: Item[];
  volume: number;
  repeat: Repeat;
  shuffle: boolean;
  seq: number;
  epoch: string;
  created_at: string;
  last_activity: string;
}

export interface RoomCreated {
  room_id: RoomId;
  invite_code: string;
  invite_url: string;
  room: Room;
}

export interface RoomJoined {
  room: Room;
  is_host: boolean;
}

/** An audio file of the library. */
export interface Media {
  media_id: MediaId;
  title: string;
  artists: string[];
  album?: string | null;
  duration_ms?: number | null;
  artwork_url?: string | null;
  content_type: string;
  size: number;
  uploaded_by?: UserId | null;
  url: string;
}
