// Generated from schemas/ by `npm run types`. Do not edit.

export type RequestId = string;

/**
 * `POST friends/accept` and `friends/reject`.
 */
export interface AnswerFriend {
  request_id: RequestId;
}
