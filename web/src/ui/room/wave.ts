/** The drawing of a song's loudness: as many bars as there is room for, each as high as its loudest moment. */

const STEP = 5;
const LOWEST = 2;

/** How many bars fit, at least one. */
export const barsIn = (width: number) => Math.max(1, Math.floor(width / STEP));

/** `peaks`, each 0 to 1, gathered into so many bars; the loudest of all reaches 1, and silence stays 0. */
export function gathered(peaks: readonly number[], bars: number): number[] {
  const most = peaks.reduce((high, peak) => Math.max(high, peak), 0);
  if (most === 0) return new Array<number>(bars).fill(0);
  return Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * peaks.length) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / bars));
    return peaks.slice(from, to).reduce((high, peak) => Math.max(high, peak), 0) / most;
  });
}

/** One path of upright strokes, mirrored about the middle; without peaks a row of dots, which claims nothing. */
export function wavePath(peaks: readonly number[] | null, width: number, height: number): string {
  const bars = barsIn(width);
  const step = width / bars;
  const shares = peaks === null || peaks.length === 0 ? null : gathered(peaks, bars);
  let path = "";
  for (let bar = 0; bar < bars; bar++) {
    const half = Math.max(LOWEST / 2, ((shares?.[bar] ?? 0) * (height - 4)) / 2);
    const x = (step * (bar + 0.5)).toFixed(1);
    path += `M${x} ${(height / 2 - half).toFixed(1)}V${(height / 2 + half).toFixed(1)}`;
  }
  return path;
}
