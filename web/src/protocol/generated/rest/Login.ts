// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `POST auth/login`: by username or e-mail address.
 */
export interface Login {
  /**
   * or this.
   */
  email?: string | null;
  /**
   * The password.
   */
  password: string;
  /**
   * Either this, in which an e-mail address is taken too,
   */
  username?: string | null;
}
