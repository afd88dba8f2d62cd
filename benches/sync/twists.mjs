/** What may be odd about one listener's browser: scripts that run before a page's own. */

const hint = (latency) => `{
  const True = AudioContext;
  globalThis.AudioContext = class extends True {
    constructor(options) {
      super({ ...options, latencyHint: ${JSON.stringify(latency)} });
    }
  };
}`;

/**
 * Runs in the page. A tab that `__hide(true)` puts into the background as browsers do it: hidden, without frames, its
 * timers once a second. (Playwright keeps every real tab in front.)
 */
function canBeHidden() {
  let hidden = false;
  const waiting = new Map();
  const { setTimeout, setInterval, clearTimeout, clearInterval, requestAnimationFrame } = globalThis;
  const due = (id, call) => (hidden ? waiting.set(id, call) : call());
  const release = () => {
    const calls = [...waiting.values()];
    waiting.clear();
    for (const call of calls) call();
  };
  setInterval(release, 1_000);
  for (const [name, start] of Object.entries({ setTimeout, setInterval })) {
    globalThis[name] = (call, ms, ...given) => {
      const id = start(() => due(id, () => call(...given)), ms);
      return id;
    };
  }
  for (const [name, end] of Object.entries({ clearTimeout, clearInterval })) {
    globalThis[name] = (id) => {
      waiting.delete(id);
      end(id);
    };
  }
  globalThis.requestAnimationFrame = (call) => {
    const id = requestAnimationFrame((at) => (hidden ? globalThis.requestAnimationFrame(call) : call(at)));
    return id;
  };
  Object.defineProperty(Document.prototype, "visibilityState", { get: () => (hidden ? "hidden" : "visible") });
  Object.defineProperty(Document.prototype, "hidden", { get: () => hidden });
  globalThis.__hide = (wanted) => {
    hidden = wanted;
    document.dispatchEvent(new Event("visibilitychange"));
    if (!hidden) release();
  };
}

export const twists = {
  hideable: `(${canBeHidden})();`,

  /** As small a buffer as the browser makes. */
  interactive: hint("interactive"),
  /** A browser that decodes nothing for a page: the song has to go through a media element. */
  no_decoding: `BaseAudioContext.prototype.decodeAudioData = () =>
    Promise.reject(new DOMException("not here", "EncodingError"));`,
};
