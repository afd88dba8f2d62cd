/** What this device remembers of its own: how loud it plays, and whether; whether letters are shortcuts. */

const KEY = "tutti.device";

class Device {
  volume = $state(1);
  muted = $state(false);
  /** Whether single letters are shortcuts. */
  shortcuts = $state(true);

  constructor() {
    try {
      const saved = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, unknown>;
      if (typeof saved.volume === "number") this.volume = Math.min(1, Math.max(0, saved.volume));
      if (typeof saved.muted === "boolean") this.muted = saved.muted;
      if (typeof saved.shortcuts === "boolean") this.shortcuts = saved.shortcuts;
    } catch {
      localStorage.removeItem(KEY);
    }
  }

  setVolume(volume: number): void {
    this.volume = volume;
    if (volume > 0) this.muted = false;
    this.#save();
  }

  toggleMuted(): void {
    this.setMuted(!this.muted);
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    this.#save();
  }

  setShortcuts(shortcuts: boolean): void {
    this.shortcuts = shortcuts;
    this.#save();
  }

  #save(): void {
    const { volume, muted, shortcuts } = this;
    localStorage.setItem(KEY, JSON.stringify({ volume, muted, shortcuts }));
  }
}

export const device = new Device();
