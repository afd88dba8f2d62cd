// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `{user_id}`.
 */
export interface OfUser {
  /**
   * Whom it is about.
   */
  user_id: string;
}
