/** Covers made on the spot, and the tag that carries one inside a file. */
import { deflateSync } from "node:zlib";

const SIDE = 480;

/** A picture of rings in two colours, as PNG: no two songs look alike. */
export function rings([r1, g1, b1], [r2, g2, b2]) {
  const rows = Buffer.alloc(SIDE * (1 + SIDE * 3));
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const far = Math.hypot(x - SIDE * 0.32, y - SIDE * 0.62);
      const share = (1 + Math.sin(far / 22)) / 2 > 0.5 ? 1 - far / (SIDE * 1.6) : 0.12;
      const mixed = [r1 + (r2 - r1) * share, g1 + (g2 - g1) * share, b1 + (b2 - b1) * share];
      rows.set(mixed.map(Math.round), y * (1 + SIDE * 3) + 1 + x * 3);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(SIDE, 0);
  head.writeUInt32BE(SIDE, 4);
  // Eight bits a colour, three colours.
  head.set([8, 2], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, part("IHDR", head), part("IDAT", deflateSync(rows)), part("IEND", Buffer.alloc(0))]);
}

function part(name, content) {
  const named = Buffer.concat([Buffer.from(name, "ascii"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc(named));
  return Buffer.concat([length, named, sum]);
}

function crc(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** An ID3v2.3 tag. */
export function id3({ title, artist, cover }) {
  const frames = [];
  if (title !== undefined) frames.push(frame("TIT2", Buffer.from(`\0${title}`, "latin1")));
  if (artist !== undefined) frames.push(frame("TPE1", Buffer.from(`\0${artist}`, "latin1")));
  // A front cover, without a description.
  if (cover !== undefined) frames.push(frame("APIC", Buffer.concat([Buffer.from("\0image/png\0\x03\0", "latin1"), cover])));
  const body = Buffer.concat(frames);
  const head = Buffer.from("ID3\x03\0\0\0\0\0\0", "latin1");
  // Seven bits a byte.
  for (let n = 0; n < 4; n++) head[9 - n] = (body.length >> (7 * n)) & 0x7f;
  return Buffer.concat([head, body]);
}

function frame(name, content) {
  const head = Buffer.alloc(10);
  head.write(name, 0, "ascii");
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content]);
}
