/** The nouns of the native protocol: track, item, timeline, member, room state, event. Times are `*_ms` numbers. */
import type { Cause, RoomEvent } from "./generated/native/ServerMessage";

export type {
  Cause,
  Control,
  HostChange,
  Item,
  ItemChange,
  ItemId,
  Member,
  Message,
  Repeat,
  Request,
  Role,
  RoomEvent,
  RoomId,
  RoomState,
  SyncQuality,
  Timeline,
  Track,
  UserId,
  Visibility,
  VoteSkip,
} from "./generated/native/ServerMessage";

/** One accepted command of a room and its facts. */
export interface Entry {
  seq: number;
  at_ms: number;
  cause: Cause;
  events: RoomEvent[];
}
