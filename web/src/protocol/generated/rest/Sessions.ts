// Generated from schemas/ by `npm run types`. Do not edit.

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
  /**
   * Which.
   */
  session_id: string;
}
