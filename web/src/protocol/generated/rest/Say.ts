// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * `POST rooms/{id}/chat`.
 */
export interface Say {
  /**
   * What: 1 to 500 characters.
   */
  text: string;
}
