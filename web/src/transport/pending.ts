/**
 * Commands the server has not answered yet. Each keeps its id for life, so sending it again after a reconnect cannot
 * apply it twice. One that stays unanswered for too long is given up: a pause that lands a minute late helps nobody.
 */
import type { Command } from "../protocol/native";
import { ApiError } from "./errors";
import { PATIENCE_MS } from "./patience";

export interface CommandMessage {
  readonly type: "command";
  readonly command_id: string;
  readonly room_id: string;
  readonly command: Command;
}

interface Waiting {
  readonly message: CommandMessage;
  readonly resolve: (seq: number) => void;
  readonly reject: (error: ApiError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class PendingCommands {
  readonly #waiting = new Map<string, Waiting>();

  /** In the order they were given. */
  get messages(): CommandMessage[] {
    return Array.from(this.#waiting.values(), (waiting) => waiting.message);
  }

  add(message: CommandMessage): Promise<number> {
    return new Promise((resolve, reject) => {
      const id = message.command_id;
      const timer = setTimeout(() => this.fail(id, new ApiError("UNREACHABLE")), PATIENCE_MS);
      this.#waiting.set(id, { message, resolve, reject, timer });
    });
  }

  accept(commandId: string, seq: number): void {
    this.#take(commandId)?.resolve(seq);
  }

  fail(commandId: string, error: ApiError): void {
    this.#take(commandId)?.reject(error);
  }

  failAll(error: ApiError): void {
    for (const id of [...this.#waiting.keys()]) this.fail(id, error);
  }

  #take(commandId: string): Waiting | undefined {
    const waiting = this.#waiting.get(commandId);
    if (waiting !== undefined) {
      clearTimeout(waiting.timer);
      this.#waiting.delete(commandId);
    }
    return waiting;
  }
}
