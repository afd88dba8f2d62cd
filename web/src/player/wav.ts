/** The simplest file that browsers play. */

/** A WAV file of 32-bit floats. */
export function wavOf(samples: Float32Array[], rate: number): ArrayBuffer {
  const channels = samples.length;
  const frames = (samples[0] as Float32Array).length;
  const file = new ArrayBuffer(44 + frames * channels * 4);
  const view = new DataView(file);
  const text = (at: number, value: string) => {
    for (let i = 0; i < value.length; i++) view.setUint8(at + i, value.charCodeAt(i));
  };
  text(0, "RIFF");
  view.setUint32(4, file.byteLength - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 3, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels * 4, true);
  view.setUint16(32, channels * 4, true);
  view.setUint16(34, 32, true);
  text(36, "data");
  view.setUint32(40, frames * channels * 4, true);
  const interleaved = new Float32Array(file, 44);
  for (const [channel, data] of samples.entries()) {
    for (let frame = 0; frame < frames; frame++)
      interleaved[frame * channels + channel] = data[frame] as number;
  }
  return file;
}
