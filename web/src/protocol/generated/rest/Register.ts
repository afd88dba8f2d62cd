// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `POST auth/register`. With a guest's token, the guest is registered and keeps its rooms.
 */
export interface Register {
  /**
   * Unique, where given.
   */
  email?: string | null;
  /**
   * Display name; the username where absent.
   */
  name?: string | null;
  /**
   * At least 8 characters, and not a common one.
   */
  password: string;
  /**
   * 3 to 20 of A–Z a–z 0–9 _.
   */
  username: string;
}
