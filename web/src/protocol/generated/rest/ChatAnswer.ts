// Generated from schemas/ by `npm run types`. Do not edit.

export type MessageId = string;
export type UserId = string;

/**
 * `GET rooms/{id}/chat`.
 */
export interface ChatAnswer {
  /**
   * Give this as `before_seq` for older ones; nothing where there are none.
   */
  before_seq: number | null;
  /**
   * The latest last.
   */
  messages: ChatMessage[];
}
/**
 * One message, in REST.
 */
export interface ChatMessage {
  /**
   * When.
   */
  at: string;
  message_id: MessageId;
  /**
   * What they are called now.
   */
  name: string;
  /**
   * The entry it stands in.
   */
  seq: number;
  /**
   * What; nothing where it was deleted.
   */
  text: string | null;
  user_id: UserId;
}
