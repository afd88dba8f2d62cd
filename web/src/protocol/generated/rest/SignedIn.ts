// Generated from schemas/ by `npm run types`. Do not edit.

export type SessionId = string;
export type UserId = string;

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
  session_id: SessionId;
  user: User;
}
/**
 * A person, as others see them.
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
  user_id: UserId;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
