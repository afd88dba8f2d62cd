/**
 * The native socket `/ws`: says hello, keeps the token fresh, follows rooms, carries commands to their answer, and comes
 * back by itself after whatever cuts it.
 *
 * Knows connections and numbering; what an entry means is the room's business, what an estimate means the clock's.
 */
import type { ClientMessage, Command, ServerMessage } from "../protocol/native";
import type { Notice } from "../protocol/people";
import { ClockEstimator } from "../sync/clock";
import { Backoff } from "./backoff";
import { ApiError } from "./errors";
import { newCommandId } from "./ids";
import { type CommandMessage, PendingCommands } from "./pending";
import { Probing } from "./probing";
import { type RoomListener, Watching } from "./watching";

export const SUBPROTOCOL = "tutti.v1";

/** `waiting` is between two attempts; `refused` means signed out: nothing is tried any more. */
export type Phase = "idle" | "connecting" | "online" | "waiting" | "refused";

/** The part of a `WebSocket` used here. */
export interface SocketLike {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

export interface SocketDeps {
  readonly open: () => SocketLike;
  /** An access token that lasts at least so long. */
  readonly token: (leftMs: number) => Promise<string>;
  /** A token other than the one the server refused. */
  readonly renew: (stale: string) => Promise<string>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly random: () => number;
  readonly client: string;
}

/** A connection that has not said welcome by then is given up. */
const WELCOME_WITHIN_MS = 5_000;
/** How long before the token expires the next hello is said. */
const REHELLO_BEFORE_MS = 60_000;
const REHELLO_AT_LEAST_MS = 5_000;
/** Beyond the moment the next hello is due, so that the token asked for is a fresh one. */
const MARGIN_MS = 5_000;
/** What a token should last when a connection begins with it. */
const TOKEN_LASTS_MS = 30_000;
/** The server's close code for a token it takes no more. */
const CLOSED_AUTH_REQUIRED = 4401;
const CLOSED_RESTART = 1012;
const REFUSALS: ReadonlySet<string> = new Set(["NOT_FOUND", "NOT_IN_ROOM", "FORBIDDEN", "JOIN_FAILED"]);

export class TuttiSocket {
  readonly clock = new ClockEstimator();
  readonly #deps: SocketDeps;
  readonly #backoff: Backoff;
  readonly #pending = new PendingCommands();
  readonly #watches = new Map<string, Watching>();
  readonly #listeners = new Set<(phase: Phase) => void>();
  readonly #readers = new Set<(notice: Notice) => void>();
  readonly #hushes = new Set<(hushed: boolean) => void>();
  readonly #probing: Probing;
  #phase: Phase = "idle";
  #socket: SocketLike | null = null;
  #token = "";
  #refusedToken: string | null = null;
  #comeBackMs = 0;
  #startedAtMs: number | null = null;
  /** The server said goodbye because it is started again. */
  restarting = false;
  /** The line stands, and the server says nothing: it hangs, or is out of reach without anybody having hung up. */
  hushed = false;
  /** How often the server was found to have been started again since this page knows it. */
  restarts = 0;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #deadline: ReturnType<typeof setTimeout> | null = null;
  #rehello: ReturnType<typeof setTimeout> | null = null;

  constructor(deps: SocketDeps) {
    this.#deps = deps;
    this.#backoff = new Backoff(deps.random);
    this.#probing = new Probing({
      clock: this.clock,
      now: deps.now,
      send: (t0) => this.#send({ type: "time", t0 }),
      hushed: (hushed) => this.#hush(hushed),
      dead: () => this.#lost(),
    });
  }

  get phase(): Phase {
    return this.#phase;
  }

  subscribe(listener: (phase: Phase) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether the server answers, each time that changes. */
  onHush(listener: (hushed: boolean) => void): () => void {
    this.#hushes.add(listener);
    return () => this.#hushes.delete(listener);
  }

  /** News for the one signed in, whichever room is followed. */
  onNotice(reader: (notice: Notice) => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  start(): void {
    if (this.#phase === "idle" || this.#phase === "refused") void this.#connect();
  }

  /** Hangs up for good; unanswered commands fail. */
  stop(): void {
    this.#hangUp();
    this.#pending.failAll(new ApiError("CANCELLED"));
    this.#hush(false);
    this.#become("idle");
  }

  /** Tries at once instead of when the wait is over: the network is back, or the page is looked at again. */
  nudge(): void {
    if (this.#phase === "waiting") {
      this.#backoff.reset();
      void this.#connect();
    } else {
      this.#probing.refresh();
    }
  }

  /** Follows a room until the returned function is called. */
  watch(roomId: string, listener: RoomListener): () => void {
    const watching = new Watching(roomId, listener, (message) => this.#send(message));
    this.#watches.set(roomId, watching);
    if (this.#phase === "online") watching.ask();
    return () => {
      if (this.#watches.get(roomId) !== watching) return;
      watching.stop();
      this.#watches.delete(roomId);
      if (this.#phase === "online") this.#send({ type: "unwatch", room_id: roomId });
    };
  }

  /** Resolves with the entry the command became; fails with the server's rejection. */
  command(roomId: string, command: Command): Promise<number> {
    const message: CommandMessage = {
      type: "command",
      command_id: newCommandId(),
      room_id: roomId,
      command,
    };
    const answer = this.#pending.add(message);
    if (this.#phase === "online") this.#send(message);
    return answer;
  }

  /** Passes by; dropped while nobody listens. */
  react(roomId: string, emoji: string): void {
    if (this.#phase === "online") this.#send({ type: "react", room_id: roomId, emoji });
  }

  /** Worth nothing later, so it is dropped while nobody listens. */
  report(report: Omit<Extract<ClientMessage, { type: "report" }>, "type">): void {
    if (this.#phase === "online") this.#send({ type: "report", ...report });
  }

  async #connect(): Promise<void> {
    this.#hangUp();
    this.#become("connecting");
    try {
      this.#token =
        this.#refusedToken === null
          ? await this.#deps.token(TOKEN_LASTS_MS)
          : await this.#deps.renew(this.#refusedToken);
    } catch (cause) {
      if (this.#phase !== "connecting") return;
      if (ApiError.from(cause).code === "AUTH_REQUIRED") this.#become("refused");
      else this.#wait();
      return;
    }
    if (this.#phase !== "connecting") return;
    const socket = this.#deps.open();
    this.#socket = socket;
    this.#deadline = setTimeout(() => {
      this.#hush(true);
      this.#lost();
    }, WELCOME_WITHIN_MS);
    socket.onopen = () => {
      this.#send({ type: "hello", token: this.#token, client: this.#deps.client });
    };
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = () => {
      this.#hush(false);
      this.#lost();
    };
  }

  #receive(data: unknown): void {
    if (typeof data !== "string") return;
    let message: ServerMessage;
    try {
      message = JSON.parse(data) as ServerMessage;
    } catch {
      return;
    }
    switch (message.type) {
      case "welcome":
        this.#meet(message.started_at_ms);
        this.#welcome(message.expires_at_ms - message.server_time_ms);
        return;
      case "time":
        this.#probing.answered(message.t0, message.t1, message.t2);
        return;
      case "accepted":
        this.#pending.accept(message.command_id, message.seq);
        return;
      case "rejected":
        this.#pending.fail(
          message.command_id,
          new ApiError(message.code, message.message, message.retry_after_ms ?? null),
        );
        return;
      case "error":
        this.#error(new ApiError(message.code, message.message, message.retry_after_ms ?? null));
        return;
      case "bye":
        this.#comeBackMs = message.retry_after_ms ?? 0;
        this.restarting = message.code === CLOSED_RESTART;
        if (message.code === CLOSED_AUTH_REQUIRED) this.#refusedToken = this.#token;
        return;
      case "notice":
        for (const reader of this.#readers) reader(message.notice);
        return;
      default:
        this.#watches.get(message.room_id)?.take(message);
    }
  }

  #meet(startedAtMs: number): void {
    if (this.#startedAtMs !== null && this.#startedAtMs !== startedAtMs) this.restarts += 1;
    this.#startedAtMs = startedAtMs;
    this.restarting = false;
  }

  #welcome(lastsMs: number): void {
    this.#refusedToken = null;
    if (this.#rehello !== null) clearTimeout(this.#rehello);
    const wait = Math.max(REHELLO_AT_LEAST_MS, lastsMs - REHELLO_BEFORE_MS);
    this.#rehello = setTimeout(() => void this.#sayHelloAgain(), wait);
    if (this.#phase === "online") return;
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadline = null;
    this.#backoff.reset();
    this.#comeBackMs = 0;
    this.#hush(false);
    this.#become("online");
    this.#probing.start();
    for (const watching of this.#watches.values()) watching.ask();
    for (const message of this.#pending.messages) this.#send(message);
  }

  async #sayHelloAgain(): Promise<void> {
    const socket = this.#socket;
    try {
      const token = await this.#deps.token(REHELLO_BEFORE_MS + MARGIN_MS);
      if (this.#socket !== socket || this.#phase !== "online") return;
      this.#token = token;
      this.#send({ type: "hello", token, client: this.#deps.client });
    } catch (cause) {
      if (ApiError.from(cause).code === "AUTH_REQUIRED") {
        this.#hangUp();
        this.#become("refused");
      } else if (this.#socket === socket) {
        this.#rehello = setTimeout(() => void this.#sayHelloAgain(), REHELLO_AT_LEAST_MS);
      }
    }
  }

  #error(error: ApiError): void {
    if (!REFUSALS.has(error.code)) return;
    for (const watching of this.#watches.values()) {
      if (watching.asked) {
        watching.refuse(error);
        return;
      }
    }
  }

  #lost(): void {
    this.#hangUp();
    this.#wait();
  }

  #wait(): void {
    this.#become("waiting");
    this.#retry = setTimeout(() => void this.#connect(), this.#backoff.next(this.#comeBackMs));
    this.#comeBackMs = 0;
  }

  #hangUp(): void {
    this.#probing.stop();
    for (const timer of [this.#retry, this.#deadline, this.#rehello]) {
      if (timer !== null) clearTimeout(timer);
    }
    this.#retry = null;
    this.#deadline = null;
    this.#rehello = null;
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(1000);
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #hush(hushed: boolean): void {
    if (hushed === this.hushed) return;
    this.hushed = hushed;
    for (const listener of this.#hushes) listener(hushed);
  }

  #become(phase: Phase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    for (const listener of this.#listeners) listener(phase);
  }
}
