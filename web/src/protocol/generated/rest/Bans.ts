// Generated from schemas/ by `npm run types`. Do not edit.

export type UserId = string;

/**
 * `{bans}`.
 */
export interface Bans {
  /**
   * The latest first.
   */
  bans: Banned[];
}
/**
 * A person who is let in no more.
 */
export interface Banned {
  /**
   * Since when.
   */
  banned_at: string;
  banned_by: UserId;
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
