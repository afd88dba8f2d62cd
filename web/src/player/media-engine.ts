/**
 * The engine for what cannot be decoded whole: streams, long files, and sites that let a browser play but not read.
 *
 * It owns two media elements, one sounding and one preloading, kept for life because some browsers tie the permission
 * to play to the element that was tapped for. Exact to tens of milliseconds.
 */

import { type Cue, cuePositionAt, type Engine, earlier, type Heard, type Track } from "./engine";
import { PlaybackError } from "./errors";
import { MediaSlot } from "./media-slot";
import type { FetchOwn } from "./own-media";

export interface MediaEngineOptions {
  readonly now: () => number;
  readonly onChange: () => void;
  /** Called when an item that had loaded breaks off. */
  readonly onFailure: (itemId: string, error: PlaybackError) => void;
  /** For files that an element may not fetch by itself. */
  readonly fetchOwn?: FetchOwn;
  readonly createElement?: () => HTMLAudioElement;
}

const STEP_MS = 50;

export class MediaEngine implements Engine {
  readonly tier = "media";
  readonly #options: MediaEngineOptions;
  readonly #slots: readonly MediaSlot[];
  /** Addresses of the files fetched for an element, by item. */
  readonly #fetched = new Map<string, string>();
  #cues: readonly Cue[] = [];
  #timer: ReturnType<typeof setInterval> | null = null;
  #starts: ReturnType<typeof setTimeout>[] = [];
  #nudgeMs = 0;
  #blocked = false;

  constructor(options: MediaEngineOptions) {
    this.#options = options;
    const create = options.createElement ?? (() => new Audio());
    this.#slots = [0, 1].map(
      () =>
        new MediaSlot(create(), options.now, {
          blocked: () => this.#setBlocked(true),
          failed: options.onFailure,
        }),
    );
  }

  /** Elements tell only when they are asked to play, so this is optimistic until one refuses. */
  get unlocked(): boolean {
    return !this.#blocked;
  }

  get buffering(): boolean {
    return this.#cues.some((cue) => !(this.#slotOf(cue.itemId)?.fluent ?? false));
  }

  async load(track: Track, signal: AbortSignal): Promise<void> {
    const url = await this.#address(track, signal);
    if (signal.aborted) throw new PlaybackError("aborted");
    const slot = this.#slotOf(track.itemId) ?? this.#freeSlot();
    if (slot === undefined) throw new PlaybackError("aborted", "both elements are in use");
    await slot.load({ ...track, url }, signal);
  }

  has(itemId: string): boolean {
    return this.#slotOf(itemId)?.ready ?? false;
  }

  durationMs(itemId: string): number | null {
    return this.#slotOf(itemId)?.durationMs ?? null;
  }

  retain(itemIds: ReadonlySet<string>): void {
    for (const slot of this.#slots) {
      if (slot.itemId !== null && !itemIds.has(slot.itemId)) slot.clear();
    }
    for (const [itemId, url] of this.#fetched) {
      if (itemIds.has(itemId)) continue;
      URL.revokeObjectURL(url);
      this.#fetched.delete(itemId);
    }
  }

  follow(cues: readonly Cue[]): void {
    this.#cues = earlier(cues, this.#nudgeMs);
    this.#arm();
    this.#step();
  }

  heard(localMs: number): Heard | null {
    const cue = this.#soundingCues(localMs)[0];
    const slot = cue === undefined ? undefined : this.#slotOf(cue.itemId);
    if (cue === undefined || slot === undefined || !slot.sounding) return null;
    const positionMs = slot.positionAt(localMs);
    const nudged = cuePositionAt(cue, localMs) - positionMs;
    return {
      key: cue.key,
      itemId: cue.itemId,
      positionMs: positionMs - this.#nudgeMs * cue.rate,
      driftMs: nudged,
    };
  }

  setVolume(volume: number): void {
    for (const slot of this.#slots) slot.element.volume = volume;
  }

  setNudge(ms: number): void {
    this.#nudgeMs = ms;
  }

  async unlock(): Promise<boolean> {
    this.#setBlocked(false);
    const sounding = new Set(this.#soundingCues(this.#options.now()).map((cue) => cue.itemId));
    for (const slot of this.#slots) {
      if (slot.itemId !== null && !sounding.has(slot.itemId)) slot.touch();
    }
    this.#step();
    return this.unlocked;
  }

  dispose(): void {
    this.#cues = [];
    this.#arm();
    this.retain(new Set());
  }

  async #address({ itemId, url }: Track, signal: AbortSignal): Promise<string> {
    const known = this.#fetched.get(itemId);
    if (known !== undefined) return known;
    const file = await this.#options.fetchOwn?.(url, signal);
    if (!file) return url;
    const address = URL.createObjectURL(file);
    this.#fetched.set(itemId, address);
    return address;
  }

  #slotOf(itemId: string): MediaSlot | undefined {
    return this.#slots.find((slot) => slot.itemId === itemId);
  }

  #freeSlot(): MediaSlot | undefined {
    const cued = new Set(this.#cues.map((cue) => cue.itemId));
    const free = this.#slots.filter((slot) => slot.itemId === null || !cued.has(slot.itemId));
    return free.find((slot) => slot.itemId === null) ?? free[0];
  }

  #soundingCues(localMs: number): Cue[] {
    return this.#cues.filter(
      (cue) => localMs >= cue.atLocalMs && (cue.untilLocalMs === null || localMs < cue.untilLocalMs),
    );
  }

  /** Sets timers for the moments between steps at which something starts or ends. */
  #arm(): void {
    for (const start of this.#starts) clearTimeout(start);
    const now = this.#options.now();
    this.#starts = this.#cues
      .flatMap((cue) => [cue.atLocalMs - (this.#slotOf(cue.itemId)?.startCostMs ?? 0), cue.untilLocalMs])
      .filter((at) => at !== null && at > now)
      .map((at) => setTimeout(() => this.#step(), (at as number) - now));
    if (this.#cues.length > 0) {
      this.#timer ??= setInterval(() => this.#step(), STEP_MS);
    } else if (this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  #step(): void {
    const now = this.#options.now();
    for (const slot of this.#slots) {
      if (slot.itemId === null || !slot.ready) continue;
      const own = this.#cues.filter((cue) => cue.itemId === slot.itemId);
      const due = own.findLast(
        (cue) =>
          now >= cue.atLocalMs - slot.startCostMs && (cue.untilLocalMs === null || now < cue.untilLocalMs),
      );
      if (due !== undefined && !this.#blocked) slot.play(due);
      else slot.stand(due ?? own[0] ?? null);
    }
  }

  #setBlocked(blocked: boolean): void {
    if (this.#blocked === blocked) return;
    this.#blocked = blocked;
    this.#options.onChange();
  }
}
