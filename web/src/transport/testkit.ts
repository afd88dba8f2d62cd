/** A storage, and a server's end of a socket, for the tests of this folder. Not part of the built client. */
import type { ClientMessage, ServerMessage } from "../protocol/native";
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
