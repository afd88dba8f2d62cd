/**
 * A page clock that is wrong by seconds and runs too fast or too slow, and a sound card with a crystal of its own, as
 * every second device has. One machine has one oscillator; without this, all listeners would agree for the wrong reason.
 */

/**
 * The script to run before a page's own.
 * @param {{offset_ms?: number, ppm?: number, card_ppm?: number}} [clock] the page's clock, and the sound card's
 */
export function crookedClock({ offset_ms = 0, ppm = 0, card_ppm = 0 } = {}) {
  const clock = `(${bendClock})(${Number(offset_ms)}, ${1 + ppm / 1e6});`;
  return card_ppm === 0 ? clock : `${clock}(${bendCard})(${1 + card_ppm / 1e6});`;
}

/** Runs in the page. Bends every clock that a page can see alike; timers go by the true one, which nobody can tell. */
function bendClock(offset, rate) {
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

/**
 * Runs in the page. A card that is too fast gets through more audio in a second, and its audio clock with it: every
 * rate is multiplied, and every audio time a page reads or names is stretched to match.
 */
function bendCard(rate) {
  const property = (of, name) => Object.getOwnPropertyDescriptor(of, name);
  const audioTime = property(BaseAudioContext.prototype, "currentTime");
  Object.defineProperty(BaseAudioContext.prototype, "currentTime", {
    get() {
      return audioTime.get.call(this) * rate;
    },
  });
  const stampBefore = AudioContext.prototype.getOutputTimestamp;
  AudioContext.prototype.getOutputTimestamp = function () {
    const { contextTime, performanceTime } = stampBefore.call(this);
    return { contextTime: contextTime * rate, performanceTime };
  };

  const rates = new WeakSet();
  const value = property(AudioParam.prototype, "value");
  Object.defineProperty(AudioParam.prototype, "value", {
    get() {
      return rates.has(this) ? value.get.call(this) / rate : value.get.call(this);
    },
    set(wanted) {
      value.set.call(this, rates.has(this) ? wanted * rate : wanted);
    },
  });
  const times = {
    setValueAtTime: (given, at) => [given, at / rate],
    linearRampToValueAtTime: (given, at) => [given, at / rate],
    exponentialRampToValueAtTime: (given, at) => [given, at / rate],
    setTargetAtTime: (given, at, constant) => [given, at / rate, constant],
    cancelScheduledValues: (at) => [at / rate],
  };
  for (const [name, bend] of Object.entries(times)) {
    const before = AudioParam.prototype[name];
    AudioParam.prototype[name] = function (...given) {
      const bent = bend(...given);
      if (rates.has(this) && bent.length > 1) bent[0] *= rate;
      return before.apply(this, bent);
    };
  }
  const playbackRate = property(AudioBufferSourceNode.prototype, "playbackRate");
  const create = BaseAudioContext.prototype.createBufferSource;
  BaseAudioContext.prototype.createBufferSource = function () {
    const source = create.call(this);
    const param = playbackRate.get.call(source);
    rates.add(param);
    param.value = 1;
    return source;
  };
  for (const name of ["start", "stop"]) {
    const before = AudioBufferSourceNode.prototype[name];
    AudioBufferSourceNode.prototype[name] = function (when = 0, ...more) {
      return before.call(this, when / rate, ...more);
    };
  }

  const elementRate = property(HTMLMediaElement.prototype, "playbackRate");
  Object.defineProperty(HTMLMediaElement.prototype, "playbackRate", {
    get() {
      return elementRate.get.call(this) / rate;
    },
    set(wanted) {
      // What a card adds to natural speed must not set off the browser's time-stretching.
      pitch.set.call(this, wanted !== 1 && (kept.get(this) ?? true));
      elementRate.set.call(this, wanted * rate);
    },
  });
  const pitch = property(HTMLMediaElement.prototype, "preservesPitch");
  const kept = new WeakMap();
  Object.defineProperty(HTMLMediaElement.prototype, "preservesPitch", {
    get() {
      return kept.get(this) ?? true;
    },
    set(wanted) {
      kept.set(this, wanted);
      pitch.set.call(this, wanted);
    },
  });
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (elementRate.get.call(this) === 1) this.playbackRate = 1;
    return play.call(this);
  };
}
