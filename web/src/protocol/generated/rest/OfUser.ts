// Generated from schemas/ by `npm run types`. Do not edit.

export type UserId = string;

/**
 * `{user_id}`.
 */
export interface OfUser {
  user_id: UserId;
}
