// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * What went wrong, for programs.
 */
export type ErrorCode =
  | "AUTH_REQUIRED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "CONFLICT"
  | "INVALID_REQUEST"
  | "JOIN_FAILED"
  | "UPDATE_FAILED"
  | "NOT_IN_ROOM"
  | "RATE_LIMITED"
  | "PAYLOAD_TOO_LARGE"
  | "STORAGE_FULL"
  | "READ_ONLY"
  | "OVERLOADED"
  | "INTERNAL";

/**
 * The one error shape.
 */
export interface ErrorBody {
  code: ErrorCode;
  /**
   * For people: names what was wrong.
   */
  message: string;
  /**
   * When to try again, where that can help: in milliseconds from now.
   */
  retry_after_ms?: number | null;
}
