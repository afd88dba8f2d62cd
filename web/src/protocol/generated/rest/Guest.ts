// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `POST auth/guest`.
 */
export interface Guest {
  /**
   * Display name; one is made up where absent.
   */
  name?: string | null;
}
