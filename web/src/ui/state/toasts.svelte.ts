/** Short messages that come and go, and words for screen readers alone. */
import { untrack } from "svelte";
import { errorText, t } from "../messages";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "error";
  readonly action: { readonly label: string; readonly run: () => void } | null;
  /** What it is about: a later one about the same takes its place. */
  readonly about: string | null;
  /** Waits for an answer, however much is said meanwhile. */
  readonly stays: boolean;
}

const STAYS_MS = 6_000;
const MOST = 3;

class Toasts {
  list: readonly Toast[] = $state.raw([]);
  #next = 0;
  #held = false;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  say(
    text: string,
    tone: Toast["tone"] = "plain",
    action: Toast["action"] = null,
    about: Toast["about"] = null,
  ): void {
    untrack(() => this.#add({ text, tone, action, about, stays: false }));
  }

  /** Offers something that waits until it is taken or dismissed. */
  offer(text: string, action: NonNullable<Toast["action"]>, about: string): void {
    untrack(() => this.#add({ text, tone: "plain", action, about, stays: true }));
  }

  #add(said: Omit<Toast, "id">): void {
    if (this.list.some((toast) => toast.text === said.text && said.action === null)) return;
    if (said.about !== null) this.drop(said.about);
    const toast: Toast = { ...said, id: this.#next++ };
    const passing = [...this.list, toast].filter((each) => !each.stays).slice(-MOST);
    this.list = [...this.list, toast].filter((each) => each.stays || passing.includes(each));
    if (!this.#held) this.#wind(toast);
  }

  /** Somebody points at them, or is among them with the keyboard: none goes by itself until they are let go. */
  hold(): void {
    this.#held = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** All have their whole time again. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    for (const toast of this.list) this.#wind(toast);
  }

  #wind({ id, stays }: Toast): void {
    if (stays) return;
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), STAYS_MS),
    );
  }

  fail(cause: unknown): void {
    this.say(errorText(cause), "error");
  }

  /** Offers to take something back. */
  undo(text: string, run: () => void, about: string): void {
    this.say(text, "plain", { label: t.app.undo, run }, about);
  }

  /** What it offers is settled. */
  drop(about: string): void {
    this.list = this.list.filter((toast) => toast.about !== about);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

class Announcer {
  text = $state("");
  #last = "";

  /** Read out by screen readers, politely; a repetition is read again. */
  say(text: string): void {
    this.#last = text === this.#last ? `${text}\u00a0` : text;
    this.text = this.#last;
  }
}

export const toasts = new Toasts();
export const announcer = new Announcer();
