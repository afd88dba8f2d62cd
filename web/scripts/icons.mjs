/**
 * Draws the mark into `public/`: as SVG, and as the PNG files that manifests and phones ask for. Run by `npm run icons`
 * after the mark has changed; what it writes is committed. Needs nothing but Node.
 */
import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

const INK = "#17163a";
const PAPER = "#ffffff";
const SUN = "#ffc928";

/** The mark within a square of 32, as in `src/ui/kit/Mark.svelte`: two voices, and the beam across both. */
const SIDE = 32;
const ROUNDING = 9;
const STROKES = [
  { d: "M11.3 9.6v11.4a3.8 3.8 0 0 0 3.6 3.8", points: hooked(11.3, 9.6), width: 3.2, colour: PAPER },
  { d: "M20 7.2v13.8a3.8 3.8 0 0 0 3.6 3.8", points: hooked(20, 7.2), width: 3.2, colour: PAPER },
  {
    d: "M6.9 14.3h18.6",
    points: [
      [6.9, 14.3],
      [25.5, 14.3],
    ],
    width: 3.4,
    colour: SUN,
  },
];

/** A stem with a foot that turns to the right. */
function hooked(x, top) {
  const [turn, radius] = [21, 3.8];
  const foot = Array.from({ length: 13 }, (_, n) => {
    const angle = (n / 12) * (Math.PI / 2);
    return [x + radius - radius * Math.cos(angle), turn + radius * Math.sin(angle)];
  });
  return [[x, top], ...foot];
}

function svg() {
  const lines = STROKES.map(
    ({ d, width, colour }) => `  <path d="${d}" stroke="${colour}" stroke-width="${width}" />`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}" fill="none" stroke-linecap="round">`,
    "  <title>Tutti</title>",
    `  <rect width="${SIDE}" height="${SIDE}" rx="${ROUNDING}" fill="${INK}" />`,
    ...lines,
    "</svg>\n",
  ].join("\n");
}

/** How far a place is from a line of points. */
function distance(points, x, y) {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 1; n < points.length; n++) {
    const [[ax, ay], [bx, by]] = [points[n - 1], points[n]];
    const [dx, dy] = [bx - ax, by - ay];
    const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
    least = Math.min(least, Math.hypot(x - ax - along * dx, y - ay - along * dy));
  }
  return least;
}

/** How far inside a rounded square a place is: negative inside. */
function outside(x, y, rounding) {
  const [qx, qy] = [x, y].map((at) => Math.abs(at - SIDE / 2) - SIDE / 2 + rounding);
  return Math.hypot(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0) - rounding;
}

const channels = (hex) => [1, 3, 5].map((from) => Number.parseInt(hex.slice(from, from + 2), 16));

/**
 * @param {number} size in pixels
 * @param {{rounding: number, scale: number}} how `rounding` of the tile, 0 where a phone cuts it itself; `scale` of the
 * mark within it
 */
function png(size, { rounding, scale }) {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  const unit = SIDE / size;
  /** How much of a pixel an edge at this distance covers. */
  const cover = (far) => Math.min(1, Math.max(0, 0.5 - far / unit));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [x, y] = [(column + 0.5) * unit, (row + 0.5) * unit];
      const [mx, my] = [x, y].map((at) => (at - SIDE / 2) / scale + SIDE / 2);
      let colour = channels(INK);
      for (const { points, width, colour: own } of STROKES) {
        const share = cover((distance(points, mx, my) - width / 2) * scale);
        colour = channels(own).map((channel, n) => channel * share + colour[n] * (1 - share));
      }
      const alpha = rounding === 0 ? 1 : cover(outside(x, y, rounding));
      rows.set([...colour, alpha * 255].map(Math.round), row * (size * 4 + 1) + 1 + column * 4);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(name, data) {
  const named = Buffer.concat([Buffer.from(name, "ascii"), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

const folder = new URL("../public/", import.meta.url);
const tile = { rounding: ROUNDING, scale: 1 };
writeFileSync(new URL("icon.svg", folder), svg());
writeFileSync(new URL("icon-192.png", folder), png(192, tile));
writeFileSync(new URL("icon-512.png", folder), png(512, tile));
// What a phone may cut to any shape: the mark stays within the safe four fifths.
writeFileSync(new URL("icon-maskable-512.png", folder), png(512, { rounding: 0, scale: 0.8 }));
writeFileSync(new URL("apple-touch-icon.png", folder), png(180, { rounding: 0, scale: 0.9 }));
