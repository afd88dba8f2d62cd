/** Keeps the screen awake while it is wanted and looked at; a hidden page is let go by the browser, and asks anew. */

export class Wake {
  readonly #locks: WakeLock | undefined;
  #wanted = false;
  #lock: WakeLockSentinel | null = null;
  #asking = false;

  constructor(locks: WakeLock | undefined = navigator.wakeLock) {
    this.#locks = locks;
    document.addEventListener("visibilitychange", this.#look);
  }

  want(wanted: boolean): void {
    this.#wanted = wanted;
    this.#look();
  }

  dispose(): void {
    document.removeEventListener("visibilitychange", this.#look);
    this.want(false);
  }

  readonly #look = (): void => {
    const due = this.#wanted && document.visibilityState === "visible";
    if (due) void this.#take();
    else void this.#release();
  };

  async #take(): Promise<void> {
    if (this.#lock !== null || this.#asking || this.#locks === undefined) return;
    this.#asking = true;
    try {
      const lock = await this.#locks.request("screen");
      this.#lock = lock;
      lock.addEventListener("release", () => {
        if (this.#lock === lock) this.#lock = null;
      });
    } catch {
      // Refused, as on an almost empty battery: the screen may sleep.
    }
    this.#asking = false;
    if (!this.#wanted || document.visibilityState !== "visible") await this.#release();
  }

  async #release(): Promise<void> {
    const lock = this.#lock;
    this.#lock = null;
    await lock?.release().catch(() => undefined);
  }
}
