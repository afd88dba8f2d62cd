// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `POST auth/refresh` and `auth/logout`. Browsers with cookies leave the token out.
 */
export interface Refresh {
  /**
   * The refresh token.
   */
  refresh_token?: string | null;
}
