// Generated from schemas/ by `npm run types`. Do not edit.

export type RoomId = string;

/**
 * `POST rooms/join`: exactly one of the two.
 */
export interface JoinRoom {
  /**
   * The code, or the secret of the link; opens rooms that take an invite.
   */
  invite_code?: string | null;
  /**
   * Which room.
   */
  room_id?: RoomId | null;
}
