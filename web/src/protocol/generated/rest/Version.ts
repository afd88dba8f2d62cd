// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `GET /version`.
 */
export interface Version {
  /**
   * The program's name.
   */
  name: string;
  /**
   * Its version.
   */
  version: string;
}
