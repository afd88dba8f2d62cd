// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `PATCH me`: what is absent stays.
 */
export interface PatchMe {
  /**
   * The password so far.
   */
  current_password?: string | null;
  /**
   * E-mail address; an empty one removes it.
   */
  email?: string | null;
  /**
   * Display name.
   */
  name?: string | null;
  /**
   * How much later than its clock says this device sounds, in milliseconds.
   */
  output_latency_ms?: number | null;
  /**
   * A new password, together with `current_password`.
   */
  password?: string | null;
}
