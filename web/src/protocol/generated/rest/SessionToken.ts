// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * The answer to `POST /sessions/{session_id}/token`.
 */
export interface SessionToken {
  /**
   * Seconds until it expires.
   */
  expires_in: number;
  /**
   * Opens this session and nothing else.
   */
  session_token: string;
}
