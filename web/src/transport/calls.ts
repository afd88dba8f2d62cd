/**
 * One REST call: the access token added and renewed once where the server refuses it, the one error shape read.
 *
 * Knows no call by name: those are in `rest.ts`, `people.ts` and `rooms.ts`.
 */
import type { Auth } from "./auth";
import { ApiError, errorOf } from "./errors";
import { withPatience } from "./patience";

export const BASE = "/api/v1";

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

export interface Call {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** `required` fails early when signed out; `offered` goes without then. */
  readonly sign?: "required" | "offered" | "never";
  /** The answer may take minutes. */
  readonly slow?: true;
}

/** What to call; kept apart from `fetch` so that tests need no network. */
export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

export class Calls {
  protected readonly auth: Auth;
  readonly #fetch: Fetch;

  constructor(auth: Auth, fetch: Fetch) {
    this.auth = auth;
    this.#fetch = fetch;
  }

  /** `fetch` with the sign-in, for the audio itself. */
  async signedFetch(input: string, init: RequestInit = {}): Promise<Response> {
    const token = await this.auth.token();
    const answer = await this.#fetch(input, { ...init, headers: withToken(init.headers, token) });
    if (answer.status !== 401) return answer;
    const fresh = await this.auth.renew(token);
    return this.#fetch(input, { ...init, headers: withToken(init.headers, fresh) });
  }

  protected async call<T>(method: Method, path: string, call: Call = {}): Promise<T> {
    const sign = call.sign ?? "required";
    const signed = sign === "required" || (sign === "offered" && this.auth.current !== null);
    if (!signed) return send(this.#fetch, method, path, call, null);
    const token = await this.auth.token();
    try {
      return await send<T>(this.#fetch, method, path, call, token);
    } catch (cause) {
      if (!(cause instanceof ApiError) || cause.code !== "AUTH_REQUIRED") throw cause;
      return send<T>(this.#fetch, method, path, call, await this.auth.renew(token));
    }
  }
}

function withToken(headers: HeadersInit | undefined, token: string): Headers {
  const all = new Headers(headers);
  all.set("Authorization", `Bearer ${token}`);
  return all;
}

export async function send<T>(
  fetch: Fetch,
  method: Method,
  path: string,
  call: Call,
  token: string | null,
): Promise<T> {
  const headers = new Headers({ Accept: "application/json" });
  if (call.body !== undefined) headers.set("Content-Type", "application/json");
  if (token !== null) headers.set("Authorization", `Bearer ${token}`);
  const ask = async (signal: AbortSignal | undefined) => {
    const answer = await fetch(BASE + path, {
      method,
      headers,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { answer, text: await answer.text() };
  };
  const asked = call.slow ? ask(call.signal) : withPatience(call.signal, ask);
  const { answer, text } = await asked.catch((cause) => {
    throw ApiError.from(cause);
  });
  const body = parse(text);
  if (!answer.ok) throw errorOf(answer.status, body);
  return body as T;
}

export function parse(text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
