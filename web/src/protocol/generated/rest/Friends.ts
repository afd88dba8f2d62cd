// Generated from schemas/ by `npm run types`. Do not edit.

export type RoomId = string;
/**
 * Who may come in.
 */
export type Visibility = "public" | "friends" | "invite";
export type UserId = string;

/**
 * `{friends}`.
 */
export interface Friends {
  /**
   * Those online first, then by name.
   */
  friends: Friend[];
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
