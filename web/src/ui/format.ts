/** Numbers and times as people read them. */

import { locale } from "./messages/language.svelte";

/** `m:ss`, or `h:mm:ss` from an hour on. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  const two = (n: number) => String(n).padStart(2, "0");
  const tail = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** Milliseconds of drift: a decimal where it matters, none where it does not. */
export function driftText(ms: number): string {
  const size = Math.abs(ms);
  const digits = size < 9.95 ? 1 : 0;
  return numbers(locale(), digits).format(size);
}

const numbers = kept(
  (tag, digits: number) =>
    new Intl.NumberFormat(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
);
const ago = kept((tag) => new Intl.RelativeTimeFormat(tag, { numeric: "auto" }));
const times = kept((tag) => new Intl.DateTimeFormat(tag, { timeStyle: "short", hourCycle: "h23" }));
const dates = kept((tag) => new Intl.DateTimeFormat(tag, { dateStyle: "medium" }));
const lists = kept((tag) => new Intl.ListFormat(tag, { type: "unit" }));

/** Making such a thing is slow beside using it, and a list of messages uses it often. */
function kept<F, A extends readonly unknown[]>(make: (tag: string, ...how: A) => F) {
  const made = new Map<string, F>();
  return (tag: string, ...how: A): F => {
    const key = [tag, ...how].join(" ");
    const format = made.get(key) ?? make(tag, ...how);
    made.set(key, format);
    return format;
  };
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 minutes ago". */
export function agoText(thenMs: number, nowMs: number): string {
  const format = ago(locale());
  const seconds = Math.max(0, (nowMs - thenMs) / 1_000);
  for (const [unit, length] of STEPS) {
    if (seconds >= length) return format.format(-Math.floor(seconds / length), unit);
  }
  return format.format(0, "second");
}

/** The time of day. */
export function timeText(ms: number): string {
  return times(locale()).format(ms);
}

export function dateText(iso: string): string {
  return dates(locale()).format(new Date(iso));
}

/** An invite code in two halves, as it is easiest to read out. */
export function codeText(code: string): string {
  return code.length === 10 ? `${code.slice(0, 5)} ${code.slice(5)}` : code;
}

/** What was typed or pasted as an invite, be it the code, with spaces or dashes, or the whole link. */
export function codeFrom(text: string): string {
  const tail =
    text
      .trim()
      .replace(/[?#].*$/, "")
      .replace(/\/+$/, "")
      .split("/")
      .at(-1) ?? "";
  return tail.replace(/[\s-]/g, "").toUpperCase();
}

export function artistsText(artists: readonly string[] | undefined): string {
  return lists(locale()).format(artists ?? []);
}

/** "Ana, Ben and 3 others". */
export function listText(parts: readonly string[]): string {
  return lists(locale()).format(parts);
}
