// Generated from schemas/ by `npm run types`. Do not edit.

export type UserId = string;
export type RoomId = string;

/**
 * `{invites}`.
 */
export interface RoomInvites {
  /**
   * The latest first.
   */
  invites: RoomInvite[];
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
