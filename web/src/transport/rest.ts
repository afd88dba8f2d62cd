/**
 * The REST calls about oneself, one's rooms and the library, typed, each failing with an `ApiError`.
 *
 * Knows no state of the page.
 */
import type {
  CreateRoom,
  EraseMe,
  Invitation,
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
import { Calls, type Fetch, send } from "./calls";

/** `POST auth/refresh`, which `Auth` itself needs. */
export function refreshCall(fetch: Fetch): (refreshToken: string) => Promise<SignedIn> {
  return (refreshToken) =>
    send<SignedIn>(fetch, "POST", "/auth/refresh", { body: { refresh_token: refreshToken } }, null);
}

export class Rest extends Calls {
  async guest(name: string): Promise<void> {
    const body = name.trim() === "" ? {} : { name: name.trim() };
    this.auth.adopt(await this.call<SignedIn>("POST", "/auth/guest", { body, sign: "never" }));
  }

  async login(body: Login): Promise<void> {
    this.auth.adopt(await this.call<SignedIn>("POST", "/auth/login", { body, sign: "never" }));
  }

  /** Signed in as a guest, that guest is registered and keeps its rooms. */
  async register(body: Register): Promise<void> {
    this.auth.adopt(await this.call<SignedIn>("POST", "/auth/register", { body, sign: "offered" }));
  }

  /** Signs this device out. Where the server cannot be asked, this browser forgets all the same. */
  async logout(): Promise<void> {
    const refreshToken = this.auth.current?.refreshToken;
    try {
      await this.call("POST", "/auth/logout", { body: { refresh_token: refreshToken } });
    } finally {
      this.auth.forget();
    }
  }

  /** Erases the account, with everything that is only its owner's. A guest has no password. */
  async eraseMe(password: string | null): Promise<void> {
    const body: EraseMe = password === null ? {} : { current_password: password };
    await this.call("DELETE", "/me", { body });
    this.auth.forget();
  }

  async me(): Promise<Me> {
    return (await this.call<UserAnswer>("GET", "/me")).user;
  }

  async patchMe(body: PatchMe): Promise<Me> {
    const { user } = await this.call<UserAnswer>("PATCH", "/me", { body });
    this.auth.describe(user);
    return user;
  }

  async setUsername(username: string): Promise<Me> {
    const { user } = await this.call<UserAnswer>("POST", "/auth/username", {
      body: { username } satisfies SetUsername,
    });
    this.auth.describe(user);
    return user;
  }

  async sessions(): Promise<Session[]> {
    return (await this.call<Sessions>("GET", "/me/sessions")).sessions;
  }

  async revoke(sessionId: string): Promise<void> {
    await this.call("DELETE", `/me/sessions/${encodeURIComponent(sessionId)}`);
  }

  async rooms(): Promise<Room[]> {
    return (await this.call<Rooms>("GET", "/rooms")).rooms;
  }

  async room(roomId: string): Promise<Room> {
    return (await this.call<RoomAnswer>("GET", `/rooms/${encodeURIComponent(roomId)}`)).room;
  }

  /** Rooms that anyone may enter and those of friends; only what is called so where there is a `text`. */
  async discover(text: string, signal?: AbortSignal): Promise<Room[]> {
    const path = `/rooms/discover${text === "" ? "" : `?q=${encodeURIComponent(text)}`}`;
    return (await this.call<Rooms>("GET", path, signal === undefined ? {} : { signal })).rooms;
  }

  createRoom(body: CreateRoom): Promise<RoomCreated> {
    return this.call("POST", "/rooms/create", { body });
  }

  /** The room that an invite opens, for whoever holds it: signed in or not. */
  invitation(code: string): Promise<Invitation> {
    return this.call("GET", `/invites/${encodeURIComponent(code)}`, { sign: "offered" });
  }

  join(by: JoinRoom): Promise<RoomJoined> {
    return this.call("POST", "/rooms/join", { body: by });
  }

  /** The quick room of that name, which is opened where there is none; the one without a name where it is empty. */
  joinQuick(name: string): Promise<RoomJoined> {
    return this.call("POST", "/rooms/quick", { body: name === "" ? {} : { name } });
  }

  async leave(roomId: string): Promise<void> {
    await this.call("POST", `/rooms/${encodeURIComponent(roomId)}/leave`);
  }

  async close(roomId: string): Promise<void> {
    await this.call("DELETE", `/rooms/${encodeURIComponent(roomId)}`);
  }

  /** The library, by artist, album and title; only what matches `query` where there is one. */
  async media(query: string, signal?: AbortSignal): Promise<Media[]> {
    const path = query.trim() === "" ? "/media" : `/catalog/search?q=${encodeURIComponent(query.trim())}`;
    return (await this.call<MediaList>("GET", path, signal === undefined ? {} : { signal })).media;
  }
}
