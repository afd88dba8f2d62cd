// Generated from schemas/ by `npm run types`. Do not edit.

export type ItemId = string;

/**
 * `POST rooms/{id}/vote-skip`.
 */
export interface VoteToSkip {
  /**
   * Which item you mean; the current one where absent.
   */
  item_id?: ItemId | null;
}
