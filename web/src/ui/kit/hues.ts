/** The hues of a picture: what it lends the room around it. Knows no song. */

/** Enough to tell its colours, and soon counted. */
const SIDE = 24;
const STEPS = 24;
const STEP = 360 / STEPS;
/** Hues nearer than this are one colour. */
const APART = 45;
/** Below this there is no colour to speak of. */
const FAINT = 0.03;

/** Two hues in degrees, the one there is most of first; null where the picture has none or may not be read. */
export function huesIn(image: CanvasImageSource): readonly [number, number] | null {
  const canvas = document.createElement("canvas");
  canvas.width = SIDE;
  canvas.height = SIDE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return null;
  try {
    context.drawImage(image, 0, 0, SIDE, SIDE);
    return huesOfPixels(context.getImageData(0, 0, SIDE, SIDE).data);
  } catch {
    // A picture from elsewhere is shown, and read by nobody.
    return null;
  }
}

/** Of red, green, blue and opacity in turn, 0 to 255 each. */
export function huesOfPixels(pixels: ArrayLike<number>): readonly [number, number] | null {
  const weights = new Array<number>(STEPS).fill(0);
  for (let n = 0; n + 3 < pixels.length; n += 4) {
    const { hue, chroma } = colourOf(pixels[n] ?? 0, pixels[n + 1] ?? 0, pixels[n + 2] ?? 0);
    if (chroma < FAINT) continue;
    const step = Math.floor(hue / STEP) % STEPS;
    weights[step] = (weights[step] ?? 0) + chroma;
  }
  const byWeight = weights.map((weight, step) => ({ weight, hue: step * STEP + STEP / 2 }));
  byWeight.sort((a, b) => b.weight - a.weight);
  const first = byWeight[0];
  if (first === undefined || first.weight === 0) return null;
  const second = byWeight.find(({ weight, hue }) => weight > 0 && between(hue, first.hue) >= APART);
  return [first.hue, second?.hue ?? (first.hue + APART) % 360];
}

function between(a: number, b: number): number {
  const gap = Math.abs(a - b) % 360;
  return Math.min(gap, 360 - gap);
}

/** As OKLCH has it. */
function colourOf(red: number, green: number, blue: number): { hue: number; chroma: number } {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const x = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const y = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return { hue: ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360, chroma: Math.hypot(x, y) };
}

function linear(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
