/**
 * A page clock that is wrong by seconds and runs too fast or too slow, as every second device's does. One machine has
 * one oscillator; without this, both listeners would agree for the wrong reason.
 */

/**
 * The script to run before a page's own.
 * @param {{offset_ms?: number, ppm?: number}} [clock]
 */
export function crookedClock({ offset_ms = 0, ppm = 0 } = {}) {
  return `(${bend})(${Number(offset_ms)}, ${1 + ppm / 1e6})`;
}

/** Runs in the page. Bends every clock that a page can see alike; timers go by the true one, which nobody can tell. */
function bend(offset, rate) {
  const trueNow = performance.now.bind(performance);
  const trueDate = Date.now.bind(Date);
  const wallAtZero = trueDate() - trueNow();
  const TrueDate = Date;
  performance.now = () => trueNow() * rate;
  const now = () => Math.floor(wallAtZero + offset + performance.now());
  Object.defineProperty(performance, "timeOrigin", { get: () => wallAtZero + offset });
  globalThis.Date = class extends TrueDate {
    constructor(...given) {
      if (given.length === 0) super(now());
      else super(...given);
    }
    static now() {
      return now();
    }
  };
  const trueStamp = AudioContext.prototype.getOutputTimestamp;
  AudioContext.prototype.getOutputTimestamp = function () {
    const { contextTime, performanceTime } = trueStamp.call(this);
    return { contextTime, performanceTime: performanceTime * rate };
  };
  const trueFrame = requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (call) => trueFrame((at) => call(at * rate));
  const stamp = Object.getOwnPropertyDescriptor(Event.prototype, "timeStamp");
  Object.defineProperty(Event.prototype, "timeStamp", {
    get() {
      return stamp.get.call(this) * rate;
    },
  });
}
