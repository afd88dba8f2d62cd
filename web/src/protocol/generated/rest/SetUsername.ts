// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `POST auth/username`.
 */
export interface SetUsername {
  /**
   * 3 to 20 of A–Z a–z 0–9 _.
   */
  username: string;
}
