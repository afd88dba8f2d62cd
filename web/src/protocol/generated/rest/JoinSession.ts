// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `POST /sessions/{code}/join`.
 */
export interface JoinSession {
  /**
   * How somebody without an account is called; one is made up where absent.
   */
  name?: string | null;
}
