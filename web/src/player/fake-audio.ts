/**
 * An `AudioContext` for tests that renders for real, only without sound: in callbacks of whole blocks, ahead of the
 * loudspeaker, on its own crystal. It knows from rendering, not from anybody's arithmetic, what is heard when.
 */

const BLOCK = 128;

export interface FakeDevice {
  readonly sampleRate?: number;
  /** Frames rendered at once; `currentTime` moves in these steps. */
  readonly callbackFrames?: number;
  /** From rendering to the loudspeaker. */
  readonly latencyMs?: number;
  /** How much faster the device's crystal runs than the page's. */
  readonly skewPpm?: number;
  /** Error of each output timestamp. */
  readonly jitterMs?: () => number;
  readonly suspended?: boolean;
}

interface Automation {
  readonly at: number;
  readonly value: number;
  readonly ramp: boolean;
}

class FakeParam {
  value = 1;
  #events: Automation[] = [];

  setValueAtTime(value: number, at: number): void {
    this.#insert({ at, value, ramp: false });
  }

  linearRampToValueAtTime(value: number, at: number): void {
    this.#insert({ at, value, ramp: true });
  }

  setTargetAtTime(value: number): void {
    this.value = value;
  }

  cancelScheduledValues(from: number): void {
    this.#events = this.#events.filter((event) => event.at < from);
  }

  valueAt(time: number): number {
    const before = this.#events.findLast((event) => event.at <= time);
    const after = this.#events.find((event) => event.at > time);
    const value = before?.value ?? this.value;
    if (after?.ramp !== true) return value;
    const from = before?.at ?? 0;
    return value + ((after.value - value) * (time - from)) / (after.at - from);
  }

  #insert(event: Automation): void {
    this.#events.push(event);
    this.#events.sort((a, b) => a.at - b.at);
  }
}

class FakeNode {
  readonly gain = new FakeParam();
  connected: FakeNode | null = null;
  connect(to: FakeNode): void {
    this.connected = to;
  }
  disconnect(): void {}
}

export class FakeSource extends FakeNode {
  readonly playbackRate = new FakeParam();
  buffer: { duration: number; name: string } | null = null;
  onended: (() => void) | null = null;
  startS = Number.POSITIVE_INFINITY;
  offsetS = 0;
  stopS = Number.POSITIVE_INFINITY;
  /** Position at the start of each rendered block, by the block's first frame. */
  readonly rendered: { frame: number; frames: number; position: number; rate: number; gain: number }[] = [];
  #position = 0;

  constructor(private readonly context: FakeAudio) {
    super();
  }

  start(when: number, offset = 0): void {
    this.startS = Math.max(when, this.context.renderedS);
    this.offsetS = offset;
    this.#position = offset;
  }

  stop(when: number): void {
    this.stopS = Math.max(when, this.context.renderedS);
  }

  render(frame: number, sampleRate: number): void {
    const rate = this.playbackRate.valueAt(frame / sampleRate);
    const left = Math.round((((this.buffer?.duration ?? 0) - this.#position) * sampleRate) / rate);
    const from = Math.max(frame, Math.round(this.startS * sampleRate));
    const to = Math.min(frame + BLOCK, from + left, Math.round(this.stopS * sampleRate));
    if (from >= to) return;
    const gain = this.connected?.gain.valueAt(from / sampleRate) ?? 0;
    this.rendered.push({ frame: from, frames: to - from, position: this.#position, rate, gain });
    this.#position += ((to - from) / sampleRate) * rate;
  }
}

export class FakeAudio {
  readonly sampleRate: number;
  readonly baseLatency: number;
  readonly outputLatency: number;
  readonly destination = new FakeNode();
  readonly sources: FakeSource[] = [];
  state: AudioContextState = "running";
  onstatechange: (() => void) | null = null;
  decode: (bytes: ArrayBuffer) => { duration: number; name: string } = () => ({ duration: 60, name: "song" });
  readonly #device: Required<FakeDevice>;
  readonly #now: () => number;
  #startedAt: number;
  #frames = 0;

  constructor(now: () => number, device: FakeDevice = {}) {
    this.#device = {
      sampleRate: 48_000,
      callbackFrames: 1_024,
      latencyMs: 40,
      skewPpm: 0,
      jitterMs: () => 0,
      suspended: false,
      ...device,
    };
    this.#now = now;
    this.#startedAt = now();
    this.sampleRate = this.#device.sampleRate;
    this.baseLatency = this.#device.callbackFrames / this.sampleRate;
    this.outputLatency = this.#device.latencyMs / 1_000;
    if (this.#device.suspended) this.state = "suspended";
  }

  get renderedS(): number {
    return this.#frames / this.sampleRate;
  }

  get currentTime(): number {
    this.#render();
    return this.renderedS;
  }

  getOutputTimestamp(): { contextTime: number; performanceTime: number } {
    this.#render();
    const heard = this.renderedS - this.#device.latencyMs / 1_000;
    const at = this.#localOf(this.renderedS) - this.#device.latencyMs + this.#device.jitterMs();
    return { contextTime: Math.max(0, heard), performanceTime: Math.max(0, at) };
  }

  createGain(): FakeNode {
    return new FakeNode();
  }

  createBufferSource(): FakeSource {
    const source = new FakeSource(this);
    source.playbackRate.value = 1;
    this.sources.push(source);
    return source;
  }

  createBuffer(_channels: number, length: number, sampleRate: number) {
    return {
      duration: length / sampleRate,
      name: "made",
      getChannelData: () => new Float32Array(length),
      sampleRate,
    };
  }

  async decodeAudioData(bytes: ArrayBuffer): Promise<{ duration: number; name: string }> {
    return this.decode(bytes);
  }

  async resume(): Promise<void> {
    if (this.state === "running") return;
    this.#startedAt = this.#now() - (this.renderedS * 1_000) / this.#speed;
    this.state = "running";
    this.onstatechange?.();
  }

  async close(): Promise<void> {
    this.state = "closed";
  }

  /** What the loudspeaker plays at a page time: every audible source, the loudest first. */
  heardAt(localMs: number): { name: string; positionMs: number; gain: number; rate: number }[] {
    this.#render();
    const frame =
      ((localMs - this.#device.latencyMs - this.#startedAt) * this.#speed * this.sampleRate) / 1_000;
    return this.sources
      .flatMap((source) => {
        const block = source.rendered.findLast((b) => b.frame <= frame);
        if (block === undefined || frame >= block.frame + block.frames || block.gain <= 0.001) return [];
        const position = block.position + ((frame - block.frame) / this.sampleRate) * block.rate;
        return {
          name: source.buffer?.name ?? "",
          positionMs: position * 1_000,
          gain: block.gain,
          rate: block.rate,
        };
      })
      .sort((a, b) => b.gain - a.gain);
  }

  get #speed(): number {
    return 1 + this.#device.skewPpm * 1e-6;
  }

  /** Page time at which a frame rendered now leaves the loudspeaker, less nothing: the device plays at its own pace. */
  #localOf(contextS: number): number {
    return this.#startedAt + (contextS * 1_000) / this.#speed + this.#device.latencyMs;
  }

  #render(): void {
    if (this.state !== "running") return;
    const due = ((this.#now() - this.#startedAt) * this.#speed * this.sampleRate) / 1_000;
    while (this.#frames + this.#device.callbackFrames <= due) {
      for (let block = 0; block < this.#device.callbackFrames; block += BLOCK) {
        for (const source of this.sources) source.render(this.#frames + block, this.sampleRate);
      }
      this.#frames += this.#device.callbackFrames;
    }
  }
}
