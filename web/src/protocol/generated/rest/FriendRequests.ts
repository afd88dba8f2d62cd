// Generated from schemas/ by `npm run types`. Do not edit.

export type UserId = string;
export type RequestId = string;
/**
 * What became of a friend request.
 */
export type FriendRequestStatus = "pending" | "accepted" | "rejected";

/**
 * `{requests}`.
 */
export interface FriendRequests {
  /**
   * Those that wait, the latest first.
   */
  requests: FriendRequest[];
}
/**
 * A friend request.
 */
export interface FriendRequest {
  /**
   * When they asked.
   */
  created_at: string;
  from: User;
  request_id: RequestId;
  status: FriendRequestStatus;
  to: User;
}
/**
 * A person, as others see them.
 */
export interface User {
  /**
   * No password yet: signed in on this device only.
   */
  is_guest: boolean;
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
