/**
 * The REST calls of this client, typed, each failing with an `ApiError`.
 *
 * Adds the access token, renews it once where the server refuses it, and reads the one error shape. Knows no state of
 * the page.
 */
import type {
  CreateRoom,
  JoinRoom,
  Login,
  Me,
  Media,
  MediaList,
  PatchMe,
  Register,
  Room,
  RoomAnswer,
  RoomCreated,
  RoomJoined,
  Rooms,
  Session,
  Sessions,
  SetUsername,
  SignedIn,
  UserAnswer,
} from "../protocol/rest";
import type { Auth } from "./auth";
import { ApiError, errorOf } from "./errors";

const BASE = "/api/v1";

type Method = "GET" | "POST" | "PATCH" | "DELETE";

interface Call {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** `required` fails early when signed out; `offered` goes without then. */
  readonly sign?: "required" | "offered" | "never";
}

/** What to call; kept apart from `fetch` so that tests need no network. */
export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

/** `POST auth/refresh`, which `Auth` itself needs. */
export function refreshCall(fetch: Fetch): (refreshToken: string) => Promise<SignedIn> {
  return (refreshToken) =>
    send<SignedIn>(fetch, "POST", "/auth/refresh", { body: { refresh_token: refreshToken } }, null);
}

export class Rest {
  readonly #auth: Auth;
  readonly #fetch: Fetch;

  constructor(auth: Auth, fetch: Fetch) {
    this.#auth = auth;
    this.#fetch = fetch;
  }

  async guest(name: string): Promise<void> {
    const body = name.trim() === "" ? {} : { name: name.trim() };
    this.#auth.adopt(await this.#call<SignedIn>("POST", "/auth/guest", { body, sign: "never" }));
  }

  async login(body: Login): Promise<void> {
    this.#auth.adopt(await this.#call<SignedIn>("POST", "/auth/login", { body, sign: "never" }));
  }

  /** Signed in as a guest, that guest is registered and keeps its rooms. */
  async register(body: Register): Promise<void> {
    this.#auth.adopt(await this.#call<SignedIn>("POST", "/auth/register", { body, sign: "offered" }));
  }

  /** Signs this device out. Where the server cannot be asked, this browser forgets all the same. */
  async logout(): Promise<void> {
    const refreshToken = this.#auth.current?.refreshToken;
    try {
      await this.#call("POST", "/auth/logout", { body: { refresh_token: refreshToken } });
    } finally {
      this.#auth.forget();
    }
  }

  async me(): Promise<Me> {
    return (await this.#call<UserAnswer>("GET", "/me")).user;
  }

  async patchMe(body: PatchMe): Promise<Me> {
    const { user } = await this.#call<UserAnswer>("PATCH", "/me", { body });
    this.#auth.describe(user);
    return user;
  }

  async setUsername(username: string): Promise<Me> {
    const { user } = await this.#call<UserAnswer>("POST", "/auth/username", {
      body: { username } satisfies SetUsername,
    });
    this.#auth.describe(user);
    return user;
  }

  async sessions(): Promise<Session[]> {
    return (await this.#call<Sessions>("GET", "/me/sessions")).sessions;
  }

  async revoke(sessionId: string): Promise<void> {
    await this.#call("DELETE", `/me/sessions/${encodeURIComponent(sessionId)}`);
  }

  async rooms(): Promise<Room[]> {
    return (await this.#call<Rooms>("GET", "/rooms")).rooms;
  }

  async room(roomId: string): Promise<Room> {
    return (await this.#call<RoomAnswer>("GET", `/rooms/${encodeURIComponent(roomId)}`)).room;
  }

  createRoom(body: CreateRoom): Promise<RoomCreated> {
    return this.#call("POST", "/rooms/create", { body });
  }

  join(by: JoinRoom): Promise<RoomJoined> {
    return this.#call("POST", "/rooms/join", { body: by });
  }

  async leave(roomId: string): Promise<void> {
    await this.#call("POST", `/rooms/${encodeURIComponent(roomId)}/leave`);
  }

  async close(roomId: string): Promise<void> {
    await this.#call("DELETE", `/rooms/${encodeURIComponent(roomId)}`);
  }

  /** The library, by artist, album and title; only what matches `query` where there is one. */
  async media(query: string, signal?: AbortSignal): Promise<Media[]> {
    const path = query.trim() === "" ? "/media" : `/catalog/search?q=${encodeURIComponent(query.trim())}`;
    return (await this.#call<MediaList>("GET", path, signal === undefined ? {} : { signal })).media;
  }

  /** `fetch` with the sign-in, for the audio itself. */
  async signedFetch(input: string, init: RequestInit = {}): Promise<Response> {
    const token = await this.#auth.token();
    const answer = await this.#fetch(input, { ...init, headers: withToken(init.headers, token) });
    if (answer.status !== 401) return answer;
    const fresh = await this.#auth.renew(token);
    return this.#fetch(input, { ...init, headers: withToken(init.headers, fresh) });
  }

  async #call<T>(method: Method, path: string, call: Call = {}): Promise<T> {
    const sign = call.sign ?? "required";
    const signed = sign === "required" || (sign === "offered" && this.#auth.current !== null);
    if (!signed) return send(this.#fetch, method, path, call, null);
    const token = await this.#auth.token();
    try {
      return await send<T>(this.#fetch, method, path, call, token);
    } catch (cause) {
      if (!(cause instanceof ApiError) || cause.code !== "AUTH_REQUIRED") throw cause;
      return send<T>(this.#fetch, method, path, call, await this.#auth.renew(token));
    }
  }
}

function withToken(headers: HeadersInit | undefined, token: string): Headers {
  const all = new Headers(headers);
  all.set("Authorization", `Bearer ${token}`);
  return all;
}

async function send<T>(
  fetch: Fetch,
  method: Method,
  path: string,
  call: Call,
  token: string | null,
): Promise<T> {
  const headers = new Headers({ Accept: "application/json" });
  if (call.body !== undefined) headers.set("Content-Type", "application/json");
  if (token !== null) headers.set("Authorization", `Bearer ${token}`);
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(BASE + path, {
      method,
      headers,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    text = await answer.text();
  } catch (cause) {
    throw ApiError.from(cause);
  }
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
