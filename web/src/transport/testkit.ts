/** A storage, and a server's end of a socket, for the tests of this folder. Not part of the built client. */
import type { ClientMessage, ServerMessage } from "../protocol/native";
import { Auth } from "./auth";
import type { SocketLike } from "./socket";

export function memoryStorage(): Storage {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    clear: () => values.clear(),
    getItem: (key) => values.get(key) ?? null,
    key: (index) => [...values.keys()][index] ?? null,
    removeItem: (key) => void values.delete(key),
    setItem: (key, value) => void values.set(key, value),
  };
}

/** Somebody signed in, whose token holds. */
export function signedIn(): Auth {
  const auth = new Auth({
    storage: memoryStorage(),
    withLock: (_, act) => act(),
    refresh: () => Promise.reject(new Error("not asked for")),
    now: () => 0,
  });
  auth.adopt({
    user: { user_id: "user_1", username: null, name: "Ana", is_guest: true },
    session_id: "sess_1",
    access_token: "token",
    refresh_token: "refresh",
    expires_in: 600,
  } as Parameters<Auth["adopt"]>[0]);
  return auth;
}

/** One connection as the server sees it. */
export class FakeSocket implements SocketLike {
  onopen: SocketLike["onopen"] = null;
  onmessage: SocketLike["onmessage"] = null;
  onclose: SocketLike["onclose"] = null;
  readonly received: ClientMessage[] = [];
  closed = false;

  send(data: string): void {
    if (!this.closed) this.received.push(JSON.parse(data) as ClientMessage);
  }

  close(): void {
    this.closed = true;
  }

  accept(): void {
    this.onopen?.({} as Event);
  }

  say(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  }

  drop(): void {
    this.closed = true;
    this.onclose?.({} as CloseEvent);
  }

  /** What came of one kind, the oldest first. */
  of<T extends ClientMessage["type"]>(type: T): Extract<ClientMessage, { type: T }>[] {
    return this.received.filter((m): m is Extract<ClientMessage, { type: T }> => m.type === type);
  }
}
