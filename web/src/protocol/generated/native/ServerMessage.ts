// Generated from schemas/ by `npm run types`. Do not edit.

export type CommandId = string;
export type UserId = string;
/**
 * Who controls the music and the playlist.
 */
export type Control = "host" | "everyone";
/**
 * A fact about a room. Every change of what plays carries the whole new timeline.
 */
export type RoomEvent =
  | {
      control: Control;
      host_id: UserId;
      /**
       * What it is called.
       */
      name: string;
      type: "room_created";
      visibility: Visibility;
    }
  | {
      type: "room_closed";
    }
  | {
      timeline: Timeline;
      type: "playback_started";
    }
  | {
      timeline: Timeline;
      type: "playback_paused";
    }
  | {
      timeline: Timeline;
      type: "playback_seeked";
    }
  | {
      timeline: Timeline;
      type: "item_changed";
      why: ItemChange;
    }
  | {
      timeline: Timeline;
      type: "playback_finished";
    }
  | {
      type: "playback_emptied";
    }
  | {
      /**
       * Where.
       */
      index: number;
      item: Item;
      /**
       * Where in the shuffled order, while shuffling.
       */
      shuffled_index?: number | null;
      type: "item_added";
    }
  | {
      /**
       * Where.
       */
      index: number;
      item_id: ItemId;
      type: "item_moved";
    }
  | {
      item_id: ItemId;
      type: "item_removed";
    }
  | {
      item_id: ItemId;
      track: Track;
      type: "item_edited";
    }
  | {
      /**
       * Every item once.
       */
      order: ItemId[];
      type: "playlist_reordered";
    }
  | {
      type: "playlist_cleared";
    }
  | {
      repeat: Repeat;
      type: "repeat_set";
    }
  | {
      /**
       * Every item once.
       */
      order: ItemId[] | null;
      type: "shuffle_set";
    }
  | {
      /**
       * Since when.
       */
      joined_at_ms: number;
      /**
       * Display name.
       */
      name: string;
      role: Role;
      type: "member_joined";
      user_id: UserId;
      /**
       * Unique name.
       */
      username: string | null;
    }
  | {
      type: "member_left";
      user_id: UserId;
    }
  | {
      /**
       * Who was.
       */
      from: UserId | null;
      to: UserId;
      type: "host_changed";
      why: HostChange;
    }
  | {
      role: Role;
      type: "role_changed";
      user_id: UserId;
    }
  | {
      /**
       * How.
       */
      name: string;
      type: "renamed";
    }
  | {
      type: "visibility_set";
      visibility: Visibility;
    }
  | {
      control: Control;
      type: "control_set";
    }
  | {
      type: "volume_set";
      /**
       * 0 to 1.
       */
      volume: number;
    }
  | {
      /**
       * The new code.
       */
      invite_code: string;
      /**
       * The new link's path.
       */
      invite_path: string;
      type: "invite_renewed";
    }
  | {
      request: Request;
      type: "request_submitted";
    }
  | {
      /**
       * When.
       */
      decided_at_ms: number;
      decided_by: UserId;
      request_id: RequestId;
      type: "request_approved";
    }
  | {
      /**
       * When.
       */
      decided_at_ms: number;
      decided_by: UserId;
      /**
       * Why.
       */
      reason?: string | null;
      request_id: RequestId;
      type: "request_denied";
    }
  | {
      /**
       * When.
       */
      decided_at_ms: number;
      request_id: RequestId;
      type: "request_withdrawn";
    }
  | {
      by: UserId;
      type: "member_kicked";
      user_id: UserId;
    }
  | {
      by: UserId;
      type: "member_banned";
      user_id: UserId;
    }
  | {
      type: "member_unbanned";
      user_id: UserId;
    }
  | {
      by: UserId;
      type: "member_muted";
      user_id: UserId;
    }
  | {
      type: "member_unmuted";
      user_id: UserId;
    }
  | {
      type: "vote_skip_set";
      vote_skip: VoteSkip;
    }
  | {
      item_id: ItemId;
      /**
       * How many it takes.
       */
      needed: number;
      type: "skip_voted";
      user_id: UserId;
      /**
       * How many votes that makes.
       */
      votes: number;
    }
  | {
      message: Message;
      type: "message_said";
    }
  | {
      by: UserId;
      message_id: MessageId;
      type: "message_deleted";
    }
  | {
      /**
       * How many can still be.
       */
      left: number;
      type: "undone";
    };
/**
 * Who may come in.
 */
export type Visibility = "public" | "friends" | "invite";
export type ItemId = string;
/**
 * Why another item plays.
 */
export type ItemChange =
  "skipped_next" | "skipped_prev" | "selected" | "ended" | "removed" | "first_added" | "voted_off";
export type Milliseconds = number;
export type MediaId = string;
/**
 * What happens at the end of a track.
 */
export type Repeat = "off" | "one" | "all";
/**
 * What a member may do.
 */
export type Role = "host" | "co_host" | "guest";
/**
 * Why another member is host.
 */
export type HostChange = "transferred" | "claimed" | "left" | "lost";
/**
 * What is asked for.
 */
export type RequestAction = "add" | "move" | "remove" | "edit";
export type RequestId = string;
/**
 * What became of a request.
 */
export type RequestStatus = "pending" | "approved" | "denied" | "withdrawn";
export type MessageId = string;
/**
 * What went wrong, for programs.
 */
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
export type RoomId = string;
/**
 * What became of a friend request.
 */
export type FriendRequestStatus = "pending" | "accepted" | "rejected";
/**
 * News for you.
 */
export type Notice =
  | {
      kind: "friend_request_received";
      request: FriendRequest;
    }
  | {
      friend: User;
      kind: "friend_request_accepted";
    }
  | {
      kind: "friend_request_gone";
      request_id: RequestId;
    }
  | {
      friend: User;
      kind: "friend_removed";
    }
  | {
      friend: Friend;
      kind: "friend_seen";
    }
  | {
      invite: RoomInvite;
      kind: "room_invite";
    };
/**
 * Which way somebody came out of a room.
 */
export type Out = "left" | "kicked" | "banned" | "room_closed";
/**
 * A message to a client.
 */
export type ServerMessage =
  | {
      /**
       * This socket.
       */
      connection_id: string;
      /**
       * When the token expires: send `hello` with a fresh one before.
       */
      expires_at_ms: number;
      /**
       * Send something at least this often, or the server takes the connection for dead.
       */
      heartbeat_ms: number;
      /**
       * Server time, a first idea before the probes.
       */
      server_time_ms: number;
      session_id: SessionId;
      /**
       * When the server was started: another one than before means that it was restarted meanwhile.
       */
      started_at_ms: number;
      type: "welcome";
      user: User;
    }
  | {
      /**
       * Identity of the numbering.
       */
      epoch: string;
      /**
       * Its members; in a room of more than 200 the host, the co-hosts and the longest-present, 100 in all.
       */
      members: Member[];
      room_id: RoomId;
      /**
       * The last entry contained.
       */
      seq: number;
      state: RoomState;
      type: "snapshot";
    }
  | {
      /**
       * Where it goes on.
       */
      after_seq: number;
      /**
       * Identity of the numbering.
       */
      epoch: string;
      room_id: RoomId;
      type: "resumed";
    }
  | {
      /**
       * When it was decided.
       */
      at_ms: number;
      cause: Cause;
      /**
       * What it led to.
       */
      events: RoomEvent[];
      room_id: RoomId;
      /**
       * Its number: 1, 2, 3 … without gaps.
       */
      seq: number;
      type: "entry";
    }
  | {
      command_id: CommandId;
      /**
       * The entry it became; the last one before it where it changed nothing.
       */
      seq: number;
      type: "accepted";
    }
  | {
      code: ErrorCode;
      command_id: CommandId;
      /**
       * For people.
       */
      message: string;
      /**
       * When to try again, where that can help.
       */
      retry_after_ms?: number | null;
      type: "rejected";
    }
  | {
      /**
       * As it came.
       */
      t0: number;
      /**
       * Server time at receipt.
       */
      t1: number;
      /**
       * Server time at sending.
       */
      t2: number;
      type: "time";
    }
  | {
      /**
       * How many are connected.
       */
      connected: number;
      /**
       * The changed ones; none in a large room.
       */
      members: Member[];
      room_id: RoomId;
      type: "presence";
    }
  | {
      /**
       * Which emoji.
       */
      emoji: string;
      room_id: RoomId;
      type: "reaction";
      user_id: UserId;
    }
  | {
      notice: Notice;
      type: "notice";
    }
  | {
      /**
       * Why, for programs; none where you asked for it.
       */
      code?: ErrorCode | null;
      /**
       * Why, for people.
       */
      reason: string;
      room_id: RoomId;
      type: "unwatched";
      /**
       * Which way you came out of the room, where you followed it and did not ask.
       */
      why?: Out | null;
    }
  | {
      code: ErrorCode;
      /**
       * For people.
       */
      message: string;
      /**
       * When to try again, where that can help.
       */
      retry_after_ms?: number | null;
      type: "error";
    }
  | {
      /**
       * The WebSocket close code that follows.
       */
      code: number;
      /**
       * Why.
       */
      reason: string;
      /**
       * When to come back, where that makes sense.
       */
      retry_after_ms?: number | null;
      type: "bye";
    };
export type SessionId = string;

/**
 * Why an entry came to be.
 */
export interface Cause {
  /**
   * The command's name.
   */
  command: string;
  /**
   * The client's id for it.
   */
  command_id: CommandId | null;
  /**
   * Who gave it; nobody where Tutti did by itself.
   */
  user_id: UserId | null;
}
/**
 * One accepted command of a room and its facts.
 */
export interface Entry {
  /**
   * When it was decided.
   */
  at_ms: number;
  cause: Cause;
  /**
   * What it led to.
   */
  events: RoomEvent[];
  /**
   * Its number in the room: 1, 2, 3 … without gaps.
   */
  seq: number;
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
 * One place in a playlist.
 */
export interface Item {
  /**
   * When.
   */
  added_at_ms: number;
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
 * A request in native words.
 */
export interface Request {
  /**
   * When.
   */
  decided_at_ms?: number | null;
  /**
   * Who decided.
   */
  decided_by?: UserId | null;
  payload: RequestedChange;
  /**
   * Why it was denied.
   */
  reason?: string | null;
  request_id: RequestId;
  /**
   * Since when.
   */
  requested_at_ms: number;
  requested_by: UserId;
  status: RequestStatus;
}
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
/**
 * One message, in native words.
 */
export interface Message {
  /**
   * When.
   */
  at_ms: number;
  message_id: MessageId;
  /**
   * What they are called now.
   */
  name: string;
  /**
   * What; nothing where it was deleted.
   */
  text: string | null;
  user_id: UserId;
}
/**
 * A friend.
 */
export interface Friend {
  /**
   * Where they listen now and you may join them.
   */
  listening_in: FriendsRoom[];
  /**
   * Display name.
   */
  name: string;
  /**
   * Whether a connection of theirs is there.
   */
  online: boolean;
  /**
   * Friends since.
   */
  since: string;
  user_id: UserId;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
/**
 * A room that a friend listens in, and that you may enter.
 */
export interface FriendsRoom {
  /**
   * How many belong.
   */
  member_count: number;
  /**
   * What it is called.
   */
  name: string;
  /**
   * Whether the music runs.
   */
  playing: boolean;
  room_id: RoomId;
  visibility: Visibility;
}
/**
 * A friend request.
 */
export interface FriendRequest {
  /**
   * When they asked.
   */
  created_at: string;
  from: User;
  request_id: RequestId;
  status: FriendRequestStatus;
  to: User;
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
/**
 * `GET rooms/{id}/history`.
 */
export interface History {
  /**
   * Before which entry to ask for older ones; none where these are the oldest.
   */
  before_seq: number | null;
  /**
   * In order.
   */
  entries: Entry[];
}
/**
 * A person in the room.
 */
export interface Member {
  /**
   * Whether a connection of theirs watches the room now.
   */
  connected: boolean;
  /**
   * Since when they belong.
   */
  joined_at_ms: number;
  /**
   * When they were last connected.
   */
  last_seen_ms: number | null;
  /**
   * Display name.
   */
  name: string;
  role: Role;
  /**
   * How well they hear, while connected and reporting.
   */
  sync?: SyncQuality | null;
  user_id: UserId;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
/**
 * How well a connected member hears what it should, as its client last reported.
 */
export interface SyncQuality {
  /**
   * It waits for data.
   */
  buffering: boolean;
  /**
   * Expected minus actual playback position.
   */
  drift_ms: number;
  /**
   * It is ready to play the current item.
   */
  loaded: boolean;
  /**
   * Server minus client clock, as the client estimates it.
   */
  offset_ms: number;
  /**
   * Round trip.
   */
  rtt_ms: number;
}
/**
 * An invite into a room, from a friend.
 */
export interface RoomInvite {
  /**
   * When.
   */
  invited_at: string;
  invited_by: User;
  room_id: RoomId;
  /**
   * What it is called.
   */
  room_name: string;
}
/**
 * A room as it stands.
 */
export interface RoomState {
  /**
   * Who is let in no more.
   */
  banned: UserId[];
  /**
   * The latest 100 messages, oldest first.
   */
  chat: Message[];
  control: Control;
  /**
   * When it was opened.
   */
  created_at_ms: number;
  /**
   * Its host; none where nobody is a member.
   */
  host_id: UserId | null;
  /**
   * To type.
   */
  invite_code: string;
  /**
   * To follow: the path of the invite link on this server.
   */
  invite_path: string;
  /**
   * How many belong to it.
   */
  member_count: number;
  /**
   * Who may listen only: no chat, no requests, no reactions.
   */
  muted: UserId[];
  /**
   * What it is called.
   */
  name: string;
  /**
   * The playlist, as listed.
   */
  playlist: Item[];
  repeat: Repeat;
  /**
   * What guests ask for: all that waits, and the latest that was decided, oldest first.
   */
  requests: Request[];
  room_id: RoomId;
  /**
   * The order items play in, while shuffling.
   */
  shuffle_order: ItemId[] | null;
  /**
   * Who voted to skip the current item.
   */
  skip_votes: UserId[];
  /**
   * What plays; nothing where the playlist is empty.
   */
  timeline: Timeline | null;
  /**
   * How many destructive changes of the playlist can be undone.
   */
  undo_steps: number;
  visibility: Visibility;
  /**
   * Shared loudness, 0 to 1.
   */
  volume: number;
  vote_skip: VoteSkip;
}
