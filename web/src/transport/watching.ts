/**
 * Following one room: which entry it has come to, what to ask for next, and which entries to pass on.
 *
 * Every entry reaches the room exactly once and in order. A gap, or a resume that does not fit, asks again instead of
 * guessing. Knows the numbering and not what the entries mean.
 */
import type { ClientMessage, ServerMessage } from "../protocol/native";
import type { ErrorCode } from "../protocol/rest";
import { ApiError } from "./errors";

type Of<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;
export type RoomMessage = Of<"snapshot" | "resumed" | "entry" | "presence" | "reaction" | "unwatched">;

type Unwatched = Of<"unwatched">;

/** Reasons that pass by themselves. */
const PASSING: ReadonlySet<ErrorCode> = new Set(["INTERNAL", "OVERLOADED", "RATE_LIMITED", "READ_ONLY"]);
const AGAIN_MS = 1_500;

/** What a room is told. */
export interface RoomListener {
  snapshot(message: Of<"snapshot">): void;
  entry(message: Of<"entry">): void;
  presence(message: Of<"presence">): void;
  reaction?(message: Of<"reaction">): void;
  /** All entries up to now follow, or have come. */
  live(): void;
  /** It is followed no more: left, closed, never let in. */
  gone(error: ApiError, why: Unwatched["why"]): void;
}

export class Watching {
  readonly roomId: string;
  readonly #listener: RoomListener;
  readonly #send: (message: ClientMessage) => void;
  #epoch: string | null = null;
  #seq = 0;
  /** A `watch` is on its way, and entries before its answer belong to an older one. */
  #asked = false;

  constructor(roomId: string, listener: RoomListener, send: (message: ClientMessage) => void) {
    this.roomId = roomId;
    this.#listener = listener;
    this.#send = send;
  }

  get asked(): boolean {
    return this.#asked;
  }

  /** Sends `watch`: from where it stands, or from the beginning. */
  ask(): void {
    this.#asked = true;
    const from = this.#epoch === null ? {} : { epoch: this.#epoch, after_seq: this.#seq };
    this.#send({ type: "watch", room_id: this.roomId, ...from });
  }

  take(message: RoomMessage): void {
    switch (message.type) {
      case "snapshot":
        this.#epoch = message.epoch;
        this.#seq = message.seq;
        this.#asked = false;
        this.#listener.snapshot(message);
        this.#listener.live();
        return;
      case "resumed":
        this.#resume(message);
        return;
      case "entry":
        this.#entry(message);
        return;
      case "presence":
        if (!this.#asked) this.#listener.presence(message);
        return;
      case "unwatched":
        // The answer to an `unwatch` of an earlier follower of this room.
        if (!message.code) return;
        if (PASSING.has(message.code)) {
          this.#asked = true;
          setTimeout(() => this.#asked && this.ask(), AGAIN_MS);
          return;
        }
        this.refuse(new ApiError(message.code, message.reason), message.why);
        return;
      case "reaction":
        this.#listener.reaction?.(message);
        return;
    }
  }

  /** Nobody listens any more. */
  stop(): void {
    this.#asked = false;
  }

  refuse(error: ApiError, why: Unwatched["why"] = null): void {
    this.#asked = false;
    this.#listener.gone(error, why);
  }

  #resume(message: Of<"resumed">): void {
    if (message.epoch !== this.#epoch || message.after_seq !== this.#seq) {
      this.#startOver();
      return;
    }
    this.#asked = false;
    this.#listener.live();
  }

  #entry(message: Of<"entry">): void {
    if (this.#asked || message.seq <= this.#seq) return;
    if (message.seq !== this.#seq + 1) {
      this.ask();
      return;
    }
    this.#seq = message.seq;
    this.#listener.entry(message);
  }

  #startOver(): void {
    this.#epoch = null;
    this.#seq = 0;
    this.ask();
  }
}
