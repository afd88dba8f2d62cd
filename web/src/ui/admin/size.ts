/** Sizes as those who run a server read them. */
import { locale } from "../messages/language.svelte";

const UNITS = ["KiB", "MiB", "GiB", "TiB"] as const;

export function sizeText(bytes: number): string {
  let [size, unit] = [bytes / 1_024, 0];
  while (size >= 1_024 && unit < UNITS.length - 1) {
    size /= 1_024;
    unit += 1;
  }
  const digits = size < 10 && unit > 0 ? 1 : 0;
  const figures = new Intl.NumberFormat(locale(), { maximumFractionDigits: digits });
  return `${figures.format(size)} ${UNITS[unit]}`;
}
