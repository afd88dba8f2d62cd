/** What may be odd about one listener's browser: scripts that run before a page's own. */

const hint = (latency) => `{
  const True = AudioContext;
  globalThis.AudioContext = class extends True {
    constructor(options) {
      super({ ...options, latencyHint: ${JSON.stringify(latency)} });
    }
  };
}`;

export const twists = {
  /** As small a buffer as the browser makes. */
  interactive: hint("interactive"),
  /** A browser that decodes nothing for a page: the song has to go through a media element. */
  no_decoding: `BaseAudioContext.prototype.decodeAudioData = () =>
    Promise.reject(new DOMException("not here", "EncodingError"));`,
};
