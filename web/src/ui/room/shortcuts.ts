/**
 * The room's keys: which key means what, and doing it.
 *
 * A key belongs to what has the focus where that can use it: fields, buttons, sliders, lists that scroll. Single letters
 * can be switched off, for those whose speech or hands type them by mistake.
 */
import { clockText } from "../format";
import { t } from "../messages";
import { device } from "../state/device.svelte";
import { announcer, toasts } from "../state/toasts.svelte";
import { isTyping, isWorking } from "./keys";
import { after } from "./queue";
import type { RoomStore } from "./room.svelte";

export const ACTS = [
  "play",
  "back",
  "forward",
  "earlier",
  "later",
  "louder",
  "softer",
  "mute",
  "next",
  "help",
] as const;
export type Act = (typeof ACTS)[number];

/** As written on the keys. */
export const KEYS: Readonly<Record<Act, string>> = {
  play: "␣",
  back: "J",
  forward: "L",
  earlier: "←",
  later: "→",
  louder: "↑",
  softer: "↓",
  mute: "M",
  next: "N",
  help: "?",
};

const LETTERS: Readonly<Record<string, Act>> = { j: "back", l: "forward", m: "mute", n: "next", "?": "help" };
const ARROWS: Readonly<Record<string, Act>> = {
  ArrowLeft: "earlier",
  ArrowRight: "later",
  ArrowUp: "louder",
  ArrowDown: "softer",
};
const SEEKS_MS = { back: -10_000, forward: 10_000, earlier: -5_000, later: 5_000 } as const;
const STEPPING = "[role=tab], [role=slider], [role=option], [role=menuitem], [role=radio], [aria-grabbed]";
const VOLUME_STEP = 0.05;
/** Presses this close together are one seek. */
const PRESSES_MS = 250;

/** What a key means in the room; null where it means nothing, or belongs to something else. */
export function actOf(event: KeyboardEvent): Act | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  if (isTyping(event.target) || inDialog(event.target)) return null;
  if (event.code === "Space") return isWorking(event.target) || event.repeat ? null : "play";
  const arrow = ARROWS[event.key];
  if (arrow !== undefined) return usesArrow(event.target, arrow) ? null : arrow;
  const act = device.shortcuts ? LETTERS[event.key.toLowerCase()] : undefined;
  return act === undefined || (event.repeat && !(act in SEEKS_MS)) ? null : act;
}

function inDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("dialog") !== null;
}

function usesArrow(target: EventTarget | null, act: Act): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(`input, ${STEPPING}`) !== null) return true;
  if (act !== "louder" && act !== "softer") return false;
  for (let at: Element | null = target; at !== null; at = at.parentElement) {
    const root = at === document.documentElement;
    const scrolls = root || ["auto", "scroll"].includes(getComputedStyle(at).overflowY);
    if (scrolls && at.scrollHeight > at.clientHeight + 1) return true;
  }
  return false;
}

export class Shortcuts {
  readonly #room: RoomStore;
  readonly #help: () => void;
  #targetMs: number | null = null;
  #presses: ReturnType<typeof setTimeout> | undefined;

  constructor(room: RoomStore, help: () => void) {
    this.#room = room;
    this.#help = help;
  }

  /** Does what the key means; leaves the event alone where that is nothing. */
  press(event: KeyboardEvent): void {
    const act = actOf(event);
    if (act === null) return;
    event.preventDefault();
    this.do(act);
  }

  do(act: Act): void {
    if (act === "help") this.#help();
    else if (act === "mute") this.#mute();
    else if (act === "louder") this.#turn(VOLUME_STEP);
    else if (act === "softer") this.#turn(-VOLUME_STEP);
    else this.#control(act);
  }

  dispose(): void {
    clearTimeout(this.#presses);
  }

  #mute(): void {
    device.toggleMuted();
    announcer.say(device.muted ? t.keys.muted : t.keys.unmuted);
  }

  #turn(by: number): void {
    const from = device.muted ? 0 : device.volume;
    device.setVolume(Math.round(Math.max(0, Math.min(1, from + by)) * 100) / 100);
    announcer.say(`${t.player.myVolume}: ${t.player.percent(Math.round(device.volume * 100))}`);
  }

  /** What changes the music for everybody, where this person may. */
  #control(act: Exclude<Act, "help" | "mute" | "louder" | "softer">): void {
    const room = this.#room;
    const { view, blocked } = room;
    if (blocked !== null) toasts.say(blocked);
    else if (view === null || view.state.playlist.length === 0) toasts.say(t.player.emptyHint);
    else if (act === "play") room.togglePlay();
    else if (act !== "next") this.#seekBy(SEEKS_MS[act]);
    else if (after(view.state) === null) toasts.say(t.player.noNext);
    else void room.run({ type: "skip_next" });
  }

  #seekBy(ms: number): void {
    const room = this.#room;
    const end = room.current?.track.duration_ms ?? Number.POSITIVE_INFINITY;
    this.#targetMs = Math.round(Math.max(0, Math.min(end, (this.#targetMs ?? room.positionMs()) + ms)));
    announcer.say(clockText(this.#targetMs));
    clearTimeout(this.#presses);
    this.#presses = setTimeout(() => {
      const position_ms = this.#targetMs ?? 0;
      this.#targetMs = null;
      void room.run({ type: "seek", position_ms });
    }, PRESSES_MS);
  }
}
