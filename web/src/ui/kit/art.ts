/** Pictures and colours for what has none: always the same for the same words. */

import type { Track } from "../../protocol/model";
import { artistsText } from "../format";

/** What a song's picture is made from: an album has one for all its songs. */
export const wordsOf = (track: Track) => `${track.album ?? track.title} ${artistsText(track.artists)}`;

/** Two hues, in degrees, far enough apart to make a gradient and near enough to go together. */
export function huesOf(text: string): readonly [number, number] {
  const spread = hashOf(text);
  const first = spread % 360;
  return [first, (first + 35 + ((spread >>> 9) % 50)) % 360];
}

function hashOf(text: string): number {
  let hash = 2_166_136_261;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 16_777_619);
  }
  return hash >>> 0;
}

/** Numbers from 0 to 1 that look thrown and are not. */
function diceOf(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    state = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    state ^= state >>> 15;
    return (state >>> 0) / 4_294_967_296;
  };
}

/** One form of a picture, within a square of 100: filled, or drawn as a line of a width. */
export interface Form {
  readonly d: string;
  readonly fill: string;
  readonly width: number;
}

export interface Picture {
  readonly ground: string;
  readonly forms: readonly Form[];
}

type Dice = () => number;
type Paint = (index: number) => string;

/** A picture in one of five manners, each many lines that belong together. */
export function pictureOf(text: string): Picture {
  const seed = hashOf(text);
  const dice = diceOf(seed);
  const [one, two] = huesOf(text);
  const pop = (one + 150 + dice() * 70) % 360;
  const dark = dice() < 0.55;
  const colours = dark
    ? [oklch(0.7, 0.15, two), oklch(0.56, 0.15, one), oklch(0.87, 0.12, pop), oklch(0.42, 0.12, two)]
    : [oklch(0.52, 0.16, one), oklch(0.66, 0.15, two), oklch(0.62, 0.18, pop), oklch(0.38, 0.11, one)];
  const ground = dark ? oklch(0.28, 0.08, one) : oklch(0.88, 0.07, two);
  const manners = [waves, rings, columns, tiles, discs];
  const manner = manners[seed % manners.length] ?? waves;
  const paint = (index: number) => colours[index % colours.length] ?? ground;
  return { ground, forms: manner(dice, paint) };
}

const oklch = (lightness: number, chroma: number, hue: number) =>
  `oklch(${lightness} ${chroma} ${Math.round(hue)})`;
const filled = (d: string, fill: string): Form => ({ d, fill, width: 0 });
const drawn = (d: string, fill: string, width: number): Form => ({ d, fill, width });
const at = (n: number) => Math.round(n * 10) / 10;
const disc = (x: number, y: number, r: number) =>
  `M${at(x - r)} ${at(y)}a${at(r)} ${at(r)} 0 1 0 ${at(2 * r)} 0a${at(r)} ${at(r)} 0 1 0 ${at(-2 * r)} 0z`;

/** Swells, one before the other, under a sun. */
function waves(dice: Dice, paint: Paint): Form[] {
  const forms = [filled(disc(24 + dice() * 52, 22 + dice() * 16, 11 + dice() * 9), paint(2))];
  for (let n = 0; n < 4; n++) {
    const y = 38 + n * 15 + dice() * 8;
    const swell = 8 + dice() * 10;
    const turn = dice() < 0.5 ? 1 : -1;
    const high = at(y - swell * turn);
    const low = at(y + swell * turn);
    const edge = `M-2 ${at(y)}C18 ${high} 32 ${high} 50 ${at(y)}S84 ${low} 102 ${at(y - 3)}`;
    forms.push(filled(`${edge}V102H-2Z`, paint([0, 1, 3, 0][n] ?? 0)));
  }
  return forms;
}

/** Rings around a place near a corner, as of a stone in water. */
function rings(dice: Dice, paint: Paint): Form[] {
  const [x, y] = [dice() < 0.5 ? 18 : 82, dice() < 0.5 ? 20 : 78];
  const forms: Form[] = [];
  for (let n = 7; n >= 1; n--)
    forms.push(drawn(disc(x, y, n * 14 - 2), paint(n % 2 === 0 ? 0 : 1), 5 + dice() * 6));
  return [...forms, filled(disc(x, y, 8), paint(2))];
}

/** Voices side by side, one of them another colour. */
function columns(dice: Dice, paint: Paint): Form[] {
  const count = 5 + Math.floor(dice() * 3);
  const solo = Math.floor(dice() * count);
  const step = 84 / count;
  return Array.from({ length: count }, (_, n) => {
    const x = at(8 + step * (n + 0.5));
    const half = 10 + dice() * 28;
    const middle = 50 + (dice() - 0.5) * 16;
    const line = `M${x} ${at(middle - half)}V${at(middle + half)}`;
    return drawn(line, paint(n === solo ? 2 : n % 2), at(step * 0.62));
  });
}

/** A floor of quarter circles. */
function tiles(dice: Dice, paint: Paint): Form[] {
  const side = 100 / 3;
  const pop = Math.floor(dice() * 9);
  return Array.from({ length: 9 }, (_, n) => {
    const [left, top] = [(n % 3) * side, Math.floor(n / 3) * side];
    const [right, low] = [left + side, top + side];
    const corners = [
      [left, top, right, top, left, low],
      [right, top, right, low, left, top],
      [right, low, left, low, right, top],
      [left, low, left, top, right, low],
    ];
    const [x, y, fromX, fromY, toX, toY] = (corners[Math.floor(dice() * 4)] ?? []).map(at);
    const form = `M${x} ${y}L${fromX} ${fromY}A${at(side)} ${at(side)} 0 0 1 ${toX} ${toY}Z`;
    return filled(form, paint(n === pop ? 2 : Math.floor(dice() * 2) + (dice() < 0.2 ? 2 : 0)));
  });
}

/** Large discs behind one another, and a line that crosses them all. */
function discs(dice: Dice, paint: Paint): Form[] {
  const y = 50 + (dice() - 0.5) * 16;
  const forms = [
    filled(disc(30 + dice() * 8, y - 8, 30), paint(1)),
    filled(disc(66 + dice() * 8, y + 10, 27), paint(0)),
    filled(disc(50, y, 13 + dice() * 5), paint(2)),
  ];
  const line = at(y + 18 + dice() * 10);
  return [...forms, drawn(`M-2 ${line}H102`, paint(3), 4)];
}

export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? "")][0] ?? "",
  );
  return letters.join("").toUpperCase();
}
