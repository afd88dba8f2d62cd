// Generated from schemas/ by `npm run types`. Do not edit.

export type UserId = string;

/**
 * `POST friends/request`: exactly one of the two.
 */
export interface AskFriend {
  /**
   * or by id.
   */
  user_id?: UserId | null;
  /**
   * Whom to ask, by username, whatever the case,
   */
  username?: string | null;
}
