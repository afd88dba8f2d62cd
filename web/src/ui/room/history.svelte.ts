/** Messages older than those that came with the room, asked for page by page. */
import type { Message } from "../../protocol/model";
import type { ChatAnswer } from "../../protocol/talk";
import { talk } from "../state/services";
import { toasts } from "../state/toasts.svelte";
import { REMEMBERED_MESSAGES } from "./peace";

type Load = (roomId: string, beforeSeq: number | null) => Promise<ChatAnswer>;

export class History {
  readonly #roomId: string;
  readonly #load: Load;
  #older: readonly Message[] = $state.raw([]);
  /** Before which entry to ask next; nothing yet, or nothing more. */
  #next: number | null | undefined = $state(undefined);
  busy = $state(false);

  constructor(roomId: string, load: Load = (id, before) => talk.messages(id, before)) {
    this.#roomId = roomId;
    this.#load = load;
  }

  /** Whether there may be more than the `shown`. */
  more(shown: number): boolean {
    return this.#next === undefined ? shown >= REMEMBERED_MESSAGES : this.#next !== null;
  }

  /** The older ones, then `recent`; each once, and deleted where it is deleted by now. */
  before(recent: readonly Message[]): readonly Message[] {
    const known = new Set(recent.map((each) => each.message_id));
    return [...this.#older.filter((each) => !known.has(each.message_id)), ...recent];
  }

  async load(): Promise<void> {
    this.busy = true;
    try {
      // The first page holds what is here already; it tells where the one before it begins.
      const first = this.#next === undefined;
      let page = await this.#load(this.#roomId, this.#next ?? null);
      this.#take(page);
      if (first && page.before_seq !== null) {
        page = await this.#load(this.#roomId, page.before_seq);
        this.#take(page);
      }
    } catch (cause) {
      toasts.fail(cause);
    } finally {
      this.busy = false;
    }
  }

  #take(page: ChatAnswer): void {
    const older = page.messages.map(({ at, message_id, name, text, user_id }) => ({
      message_id,
      user_id,
      name,
      text,
      at_ms: Date.parse(at),
    }));
    this.#older = [...older, ...this.#older];
    this.#next = page.before_seq;
  }
}
