/**
 * Whether the server was there when this page was opened. If not, the browser's own copy was shown (`worker/shell.ts`
 * says so in the page), and the server is asked for until it answers.
 *
 * A connection that is lost later is the socket's affair.
 */

const FIRST_MS = 2_000;
const LONGEST_MS = 30_000;

class Reach {
  /** Opened without a server. */
  lost = $state(document.documentElement.dataset.unreachable !== undefined);
  asking = $state(false);
  #waitMs = FIRST_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    if (!this.lost) return;
    this.#later();
    addEventListener("online", () => void this.ask());
  }

  /** Asks now. Where the server answers, the page is loaded anew, from it. */
  async ask(): Promise<void> {
    clearTimeout(this.#timer);
    this.asking = true;
    const there = await fetch("/healthz", { cache: "no-store" }).then(
      (answer) => answer.ok,
      () => false,
    );
    this.asking = false;
    if (there) location.reload();
    else this.#later();
  }

  #later(): void {
    this.#timer = setTimeout(() => void this.ask(), this.#waitMs);
    this.#waitMs = Math.min(LONGEST_MS, this.#waitMs * 2);
  }
}

export const reach = new Reach();
