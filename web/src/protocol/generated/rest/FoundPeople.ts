// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * How a person stands to you.
 */
export type Relation = "none" | "friend" | "request_sent" | "request_received" | "self";
export type RequestId = string;
export type UserId = string;

/**
 * `{users}`.
 */
export interface FoundPeople {
  /**
   * The best match first.
   */
  users: FoundPerson[];
}
/**
 * A person found.
 */
export interface FoundPerson {
  /**
   * Display name.
   */
  name: string;
  relation: Relation;
  /**
   * The request that waits between you.
   */
  request_id: RequestId | null;
  user_id: UserId;
  /**
   * Unique name.
   */
  username: string;
}
