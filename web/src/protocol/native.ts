/** What is said on the native socket, in both directions. One JSON object a text frame. */
import type {
  Cause,
  CommandId,
  Control,
  ItemId,
  Member,
  Repeat,
  RoomEvent,
  RoomId,
  RoomState,
  SessionId,
  Track,
  UserId,
  Visibility,
} from "./model";
import type { ErrorCode, User } from "./rest";

/** A request to a room. */
export type Command =
  | { type: "play" }
  | { type: "pause" }
  | { type: "seek"; position_ms: number }
  | { type: "skip_next" }
  | { type: "skip_prev" }
  | { type: "select"; item_id: ItemId; position_ms?: number | null }
  | { type: "track_ended"; item_id: ItemId }
  | { type: "add"; track: Track; position?: number | null }
  | { type: "move"; item_id: ItemId; position: number }
  | { type: "remove"; item_id: ItemId }
  | { type: "edit"; item_id: ItemId; track: Track }
  | { type: "clear" }
  | { type: "set_repeat"; repeat: Repeat }
  | { type: "set_shuffle"; shuffle: boolean }
  | { type: "set_volume"; volume: number }
  | { type: "set_control"; control: Control }
  | { type: "set_visibility"; visibility: Visibility }
  | { type: "rename"; name: string }
  | { type: "renew_invite" }
  | { type: "transfer_host"; user_id: UserId }
  | { type: "claim_host" }
  | { type: "promote"; user_id: UserId }
  | { type: "demote"; user_id: UserId };

/** A message from a client. */
export type ClientMessage =
  | { type: "hello"; token: string; client?: string | null }
  | { type: "watch"; room_id: RoomId; epoch?: string | null; after_seq?: number | null }
  | { type: "unwatch"; room_id: RoomId }
  | { type: "command"; command_id: CommandId; room_id: RoomId; command: Command }
  | { type: "time"; t0: number }
  | {
      type: "report";
      room_id: RoomId;
      item_id?: ItemId | null;
      drift_ms?: number;
      offset_ms?: number;
      rtt_ms?: number;
      buffering?: boolean;
      loaded?: boolean;
    }
  | { type: "react"; room_id: RoomId; emoji: string };

/** A message to a client. */
export type ServerMessage =
  | {
      type: "welcome";
      connection_id: string;
      user: User;
      session_id: SessionId;
      server_time_ms: number;
      heartbeat_ms: number;
      expires_at_ms: number;
    }
  | { type: "snapshot"; room_id: RoomId; epoch: string; seq: number; state: RoomState; members: Member[] }
  | { type: "resumed"; room_id: RoomId; epoch: string; after_seq: number }
  | { type: "entry"; room_id: RoomId; seq: number; at_ms: number; cause: Cause; events: RoomEvent[] }
  | { type: "accepted"; command_id: CommandId; seq: number }
  | {
      type: "rejected";
      command_id: CommandId;
      code: ErrorCode;
      message: string;
      retry_after_ms?: number | null;
    }
  | { type: "time"; t0: number; t1: number; t2: number }
  | { type: "presence"; room_id: RoomId; members: Member[]; connected: number }
  | { type: "reaction"; room_id: RoomId; user_id: UserId; emoji: string }
  | { type: "unwatched"; room_id: RoomId; code?: ErrorCode | null; reason: string }
  | { type: "error"; code: ErrorCode; message: string; retry_after_ms?: number | null }
  | { type: "bye"; code: number; reason: string; retry_after_ms?: number | null };
