/** What this device remembers of its own: how loud it plays, and whether. */

const KEY = "tutti.device";

class Device {
  volume = $state(1);
  muted = $state(false);

  constructor() {
    try {
      const saved = JSON.parse(localStorage.getItem(KEY) ?? "{}") as { volume?: unknown; muted?: unknown };
      if (typeof saved.volume === "number") this.volume = Math.min(1, Math.max(0, saved.volume));
      if (typeof saved.muted === "boolean") this.muted = saved.muted;
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
    this.muted = !this.muted;
    this.#save();
  }

  #save(): void {
    localStorage.setItem(KEY, JSON.stringify({ volume: this.volume, muted: this.muted }));
  }
}

export const device = new Device();
