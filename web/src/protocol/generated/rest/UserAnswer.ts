// Generated from schemas/ by `npm run types`. Do not edit.

export type UserId = string;

/**
 * `{user}`.
 */
export interface UserAnswer {
  user: Me;
}
/**
 * Yourself.
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
  user_id: UserId;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
