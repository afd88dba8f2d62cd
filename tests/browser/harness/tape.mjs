/**
 * Records what a page sends to its loudspeaker, sample by sample and before any encoding, through the browser's own
 * audio graph. Knows nothing of what it records.
 */

/** An init script for `open`: has every node that is connected to a loudspeaker heard by a tape as well. */
export const TAPE = `(${install})()`;

function install() {
  const connect = AudioNode.prototype.connect;
  const tapes = new Map();
  globalThis.__tape = {
    /** Begins anew. */
    start() {
      for (const tape of tapes.values()) tape.pieces = [];
      this.on = true;
    },
    /** The busiest context's first channel since the start, and how many seconds are missing. */
    stop() {
      this.on = false;
      const all = [...tapes.values()].map(({ pieces, rate }) => joined(pieces, rate));
      return all.sort((a, b) => b.loud - a.loud)[0];
    },
    /** Every start of a sound: which position of its buffer at which audio time, in seconds. */
    starts: [],
  };

  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (at = 0, position = 0, ...rest) {
    globalThis.__tape.starts.push({ at, position });
    return start.call(this, at, position, ...rest);
  };

  function joined(pieces, rate) {
    const samples = pieces.flatMap(({ data }) => [...data]);
    const loud = samples.reduce((sum, sample) => sum + Math.abs(sample), 0);
    const lasted = ((pieces.at(-1)?.timestamp ?? 0) - (pieces[0]?.timestamp ?? 0)) / 1e6;
    // Single timestamps jitter by a whole callback; over the length of a tape they do not.
    const missing = lasted - (samples.length - (pieces.at(-1)?.data.length ?? 0)) / rate;
    return { rate, samples, missing, loud };
  }

  async function roll(tape, track) {
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1_000 }).readable.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (globalThis.__tape.on) {
        const data = new Float32Array(value.numberOfFrames);
        value.copyTo(data, { planeIndex: 0, format: "f32-planar" });
        tape.pieces.push({ timestamp: value.timestamp, data });
      }
      value.close();
    }
  }

  AudioNode.prototype.connect = function (target, ...rest) {
    const answer = connect.call(this, target, ...rest);
    if (!(target instanceof AudioDestinationNode)) return answer;
    const { context } = this;
    if (!tapes.has(context)) {
      const end = context.createMediaStreamDestination();
      // Where nothing is connected, nothing is rendered: silence has to come from somewhere.
      const silence = new ConstantSourceNode(context, { offset: 0 });
      connect.call(silence, end);
      silence.start();
      const tape = { end, rate: context.sampleRate, pieces: [] };
      tapes.set(context, tape);
      roll(tape, end.stream.getAudioTracks()[0]);
    }
    connect.call(this, tapes.get(context).end);
    return answer;
  };
}

/** Records a page for a while. */
export async function record(page, ms) {
  await page.evaluate(() => globalThis.__tape.start());
  await new Promise((resolve) => setTimeout(resolve, ms));
  const tape = await page.evaluate(() => globalThis.__tape.stop());
  return { ...tape, samples: Float32Array.from(tape.samples) };
}
