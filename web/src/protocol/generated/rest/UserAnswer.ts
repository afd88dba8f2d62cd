// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `{user}`.
 */
export interface UserAnswer {
  user: Me;
}
/**
 * The user.
 */
export interface Me {
  /**
   * Since when.
   */
  created_at: string;
  /**
   * Your e-mail address.
   */
  email: string | null;
  /**
   * No password yet: signed in on this device only.
   */
  is_guest: boolean;
  /**
   * Display name.
   */
  name: string;
  /**
   * How much later than its clock says this device sounds, in milliseconds.
   */
  output_latency_ms: number;
  /**
   * Who.
   */
  user_id: string;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
