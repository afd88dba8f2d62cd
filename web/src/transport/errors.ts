/**
 * What can go wrong between this page and the server, in one type, whichever way the call went.
 *
 * Knows the codes and not the words: what a person reads is chosen by the message catalogue.
 */
import type { ErrorBody, ErrorCode } from "../protocol/rest";

/** The server's codes, and what only a client can see: no answer, an answer nobody understands, a call given up. */
export type FailureCode = ErrorCode | "UNREACHABLE" | "CANCELLED";

export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: FailureCode;
  readonly retryAfterMs: number | null;

  constructor(code: FailureCode, message = "", retryAfterMs: number | null = null) {
    super(message === "" ? code : message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  static from(cause: unknown): ApiError {
    if (cause instanceof ApiError) return cause;
    if (cause instanceof DOMException && cause.name === "AbortError") return new ApiError("CANCELLED");
    return new ApiError("UNREACHABLE", cause instanceof Error ? cause.message : "");
  }
}

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: "INVALID_REQUEST",
  401: "AUTH_REQUIRED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  413: "PAYLOAD_TOO_LARGE",
  429: "RATE_LIMITED",
  503: "OVERLOADED",
  507: "STORAGE_FULL",
};

/** Reads an error answer; one that is not of the one shape (a proxy's page) is judged by its status. */
export function errorOf(status: number, body: unknown): ApiError {
  if (isErrorBody(body)) return new ApiError(body.code, body.message, body.retry_after_ms ?? null);
  if (status === 502 || status === 504) return new ApiError("UNREACHABLE");
  return new ApiError(BY_STATUS[status] ?? "INTERNAL");
}

function isErrorBody(body: unknown): body is ErrorBody {
  return (
    typeof body === "object" &&
    body !== null &&
    typeof (body as ErrorBody).code === "string" &&
    typeof (body as ErrorBody).message === "string"
  );
}
