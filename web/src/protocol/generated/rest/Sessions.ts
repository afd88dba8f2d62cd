// Generated from schemas/ by `npm run types`. Do not edit.

export type SessionId = string;

/**
 * `{sessions}`.
 */
export interface Sessions {
  /**
   * The latest first.
   */
  sessions: Session[];
}
/**
 * A signed-in device.
 */
export interface Session {
  /**
   * What the device calls itself.
   */
  client: string;
  /**
   * The one this call came from.
   */
  current: boolean;
  /**
   * Since when.
   */
  opened_at: string;
  /**
   * When it was last refreshed.
   */
  refreshed_at: string;
  session_id: SessionId;
}
