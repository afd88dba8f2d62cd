// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * Signed in.
 */
export interface SignedIn {
  /**
   * For `Authorization: Bearer`.
   */
  access_token: string;
  /**
   * Seconds until the access token expires.
   */
  expires_in: number;
  /**
   * For `auth/refresh`, once.
   */
  refresh_token: string;
  /**
   * This device.
   */
  session_id: string;
  user: User;
}
/**
 * Who.
 */
export interface User {
  /**
   * No password yet: signed in on this device only.
   */
  is_guest: boolean;
  /**
   * Display name.
   */
  name: string;
  /**
   * Who.
   */
  user_id: string;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
