/** A room's past as the page shows it: read from its end backwards, and the room at any of its moments. */
import type { Room } from "../../protocol/rest";
import type { HistoryCalls } from "../../transport/history";
import { toasts } from "../state/toasts.svelte";
import { Known, type Line, tell } from "./tell";

/** How many entries are read at once. */
const PAGE = 200;
/** How many moments are remembered. */
const REMEMBERED = 60;
/** How long the slider rests before a moment is asked for. */
const REST_MS = 150;

export type PastCalls = Pick<HistoryCalls, "page" | "at">;

export class Evening {
  readonly #roomId: string;
  readonly #calls: PastCalls;
  readonly #known = new Known();
  readonly #moments = new Map<number, Room>();
  #before: number | null = null;
  #asking: AbortController | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;

  /** The oldest first; null until the first are there. */
  lines: readonly Line[] | null = $state.raw(null);
  more = $state(false);
  busy = $state(false);
  failure: unknown = $state.raw(null);
  /** The entry after which the room is shown. */
  seq = $state(0);
  /** The room as it was then; null while that is being asked. */
  room: Room | null = $state.raw(null);

  constructor(roomId: string, calls: PastCalls) {
    this.#roomId = roomId;
    this.#calls = calls;
  }

  /** Reads the latest, or what is older than all that is there. */
  async read(): Promise<void> {
    this.busy = true;
    this.failure = null;
    try {
      const page = await this.#calls.page(this.#roomId, this.#before, PAGE);
      const first = page.entries.at(0)?.seq ?? 1;
      if (first > 1) this.#remember(first - 1, await this.#calls.at(this.#roomId, first - 1));
      const lines = tell(page.entries, this.#known);
      const last = lines.at(-1);
      if (this.lines === null && last !== undefined) {
        // Shown together with what happened: neither pushes the other aside.
        this.seq = last.seq;
        await this.#ask(last.seq);
      }
      this.lines = [...lines, ...(this.lines ?? [])];
      this.#before = page.before_seq;
      this.more = page.before_seq !== null;
    } catch (cause) {
      if (this.lines === null) this.failure = cause;
      else toasts.fail(cause);
    } finally {
      this.busy = false;
    }
  }

  /** Reads what happened since, and shows where that leads. */
  async catchUp(): Promise<void> {
    const page = await this.#calls.page(this.#roomId, null, PAGE);
    const last = this.lines?.at(-1)?.seq ?? 0;
    const newer = tell(
      page.entries.filter((entry) => entry.seq > last),
      this.#known,
    );
    this.lines = [...(this.lines ?? []), ...newer];
    const latest = this.lines.at(-1);
    if (latest !== undefined) this.show(latest.seq);
  }

  /** Shows the room as it was after an entry. */
  show(seq: number): void {
    this.seq = seq;
    clearTimeout(this.#rest);
    this.#asking?.abort();
    const known = this.#moments.get(seq);
    if (known !== undefined) {
      this.room = known;
      return;
    }
    const wait = this.room === null ? 0 : REST_MS;
    this.#rest = setTimeout(() => void this.#ask(seq), wait);
  }

  async #ask(seq: number): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const room = await this.#calls.at(this.#roomId, seq, asking.signal);
      this.#remember(seq, room);
      if (this.seq === seq) this.room = room;
    } catch (cause) {
      if (!asking.signal.aborted) toasts.fail(cause);
    }
  }

  #remember(seq: number, room: Room): void {
    this.#known.see(room.queue, room.members);
    this.#moments.set(seq, room);
    const oldest = this.#moments.keys().next();
    if (this.#moments.size > REMEMBERED && !oldest.done) this.#moments.delete(oldest.value);
  }

  dispose(): void {
    clearTimeout(this.#rest);
    this.#asking?.abort();
  }
}
