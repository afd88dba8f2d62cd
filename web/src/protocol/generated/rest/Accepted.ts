// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `{seq}`.
 */
export interface Accepted {
  /**
   * The entry it became; the last one before it where it changed nothing.
   */
  seq: number;
}
