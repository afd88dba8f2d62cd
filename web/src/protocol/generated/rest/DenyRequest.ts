// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `POST requests/{id}/deny`.
 */
export interface DenyRequest {
  /**
   * Why; shown to everybody in the room.
   */
  reason?: string | null;
}
