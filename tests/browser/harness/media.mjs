/** Songs made on the spot: nothing is downloaded, nothing is anybody's. */
import { writeFile } from "node:fs/promises";
import { id3 } from "./cover.mjs";

const RATE = 48_000;

/** A steady tone. */
export function tone(seconds, hz = 440) {
  return Float32Array.from(
    { length: seconds * RATE },
    (_, n) => 0.4 * Math.sin((2 * Math.PI * hz * n) / RATE),
  );
}

/** A tone that swells and rests as songs do: its waveform has a shape. */
export function song(seconds, hz = 440) {
  const loud = (at) => 0.3 + 0.25 * Math.sin(at * 0.55 + hz) + 0.2 * Math.sin(at * 2.3) + 0.2 * Math.sin(at * 7.1 + hz / 50);
  return tone(seconds, hz).map((sample, n) => sample * Math.min(1, Math.max(0.06, loud(n / RATE))) * 1.6);
}

/** A rising chirp a second, each starting a little higher than the one before: every second sounds like itself only. */
export function chirps(seconds) {
  let phase = 0;
  return Float32Array.from({ length: seconds * RATE }, (_, n) => {
    const at = n / RATE;
    const hz = 200 + 10 * Math.floor(at) + 400 * (at % 1);
    phase += (2 * Math.PI * hz) / RATE;
    return 0.4 * Math.sin(phase);
  });
}

/**
 * Writes 16-bit mono PCM, with a title where there is one.
 * @param {{artist?: string, cover?: Buffer}} [more] what else the file says of itself: who made it, and its picture
 */
export async function writeWav(file, samples, title, rate = RATE, more = {}) {
  const data = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, n) => data.writeInt16LE(Math.round(sample * 32_767), n * 2));
  const chunks = [chunk("fmt ", format(rate))];
  if (title !== undefined) {
    chunks.push(
      chunk("LIST", Buffer.concat([Buffer.from("INFO"), chunk("INAM", Buffer.from(`${title}\0`))])),
    );
  }
  chunks.push(chunk("data", data));
  if (more.artist !== undefined || more.cover !== undefined) chunks.push(chunk("id3 ", id3({ title, ...more })));
  await writeFile(file, chunk("RIFF", Buffer.concat([Buffer.from("WAVE"), ...chunks])));
}

/** What comes before so many bytes of 16-bit mono PCM, for files that are written as they are made. */
export function wavHead(bytes, rate) {
  const beginning = Buffer.concat([Buffer.from("WAVE"), chunk("fmt ", format(rate))]);
  return Buffer.concat([head("RIFF", beginning.length + 8 + bytes), beginning, head("data", bytes)]);
}

function format(rate) {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * 2, 8);
  format.writeUInt16LE(2, 12);
  format.writeUInt16LE(16, 14);
  return format;
}

function chunk(name, content) {
  // Chunks begin at even places.
  return Buffer.concat([head(name, content.length), content, Buffer.alloc(content.length % 2)]);
}

function head(name, length) {
  const head = Buffer.alloc(8);
  head.write(name, 0, "ascii");
  head.writeUInt32LE(length, 4);
  return head;
}
