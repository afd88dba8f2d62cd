// Generated from schemas/ by `npm run types`. Do not edit.

export type ItemId = string;

/**
 * `PUT rooms/{id}/playlist/order`: every item once.
 */
export interface Order {
  /**
   * The items as they are to be listed.
   */
  item_ids: ItemId[];
}
