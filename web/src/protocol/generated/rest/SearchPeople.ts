// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `POST friends/search`; `GET friends/search?q=&limit=` says the same.
 */
export interface SearchPeople {
  /**
   * How many to give: 20 where absent, at most 50.
   */
  limit?: number | null;
  /**
   * A part of a username or name, whatever the case.
   */
  q?: string | null;
}
