/** The texts in the reader's language, and how an error reads. */
import type { FailureCode } from "../../transport/errors";
import { ApiError } from "../../transport/errors";
import { t } from "./language.svelte";

export type { Messages } from "./en";
export { t };

/** Codes whose message from the server names what exactly was wrong, which no catalogue can. */
const NAMED_BY_SERVER: ReadonlySet<FailureCode> = new Set([
  "CONFLICT",
  "INVALID_REQUEST",
  "FORBIDDEN",
  "JOIN_FAILED",
  "UPDATE_FAILED",
  "PAYLOAD_TOO_LARGE",
]);

export function errorText(cause: unknown): string {
  const error = ApiError.from(cause);
  const says = NAMED_BY_SERVER.has(error.code) && error.message !== error.code;
  const exactly = says ? t.named(error.message) : undefined;
  return exactly === undefined ? t.errors[error.code] : sentence(exactly);
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}
