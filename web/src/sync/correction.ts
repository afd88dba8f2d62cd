/**
 * How an engine comes back to the timeline once it has drifted. Pure decisions; the engines carry them out.
 *
 * Drift is expected minus actual position: positive means the music is late and has to hurry.
 */

export type SampleCorrection =
  /** Play at this rate, relative to natural speed, until the next decision. */
  | { readonly kind: "trim"; readonly rate: number }
  /** Start again at the right place, cross-fading over `fadeMs`. */
  | { readonly kind: "reanchor"; readonly fadeMs: number }
  /** Stop and schedule from the timeline as if it were new. */
  | { readonly kind: "reschedule" };

export type MediaCorrection =
  | { readonly kind: "trim"; readonly rate: number }
  | { readonly kind: "seek" }
  /** Too far off for trimming, and the last seek is too recent for another. */
  | { readonly kind: "wait" };

export const SAMPLE = {
  trimAboveMs: 1,
  trimUntilMs: 0.3,
  reanchorAboveMs: 12,
  rescheduleAboveMs: 200,
  maxTrim: 0.005,
  fadeMs: 20,
} as const;

export const MEDIA = {
  trimAboveMs: 10,
  fastAboveMs: 100,
  seekAboveMs: 500,
  /** Trimming ends this close, well inside the dead band, so that it does not begin again at once. */
  trimUntilMs: 3,
  maxTrim: 0.005,
  maxFastTrim: 0.02,
  seekEveryMs: 3_000,
} as const;

/** Trimming aims to be level again in about this long, so that small drifts use small trims. */
const SAMPLE_LEVEL_IN_MS = 1_000;
const MEDIA_LEVEL_IN_MS = 2_000;

function trimRate(driftMs: number, max: number, overMs: number): number {
  return 1 + Math.max(-max, Math.min(max, driftMs / overMs));
}

/** What a sample engine does about `driftMs`; `trimming` is whether it is under a trim now. */
export function correctSample(driftMs: number, trimming: boolean): SampleCorrection {
  const size = Math.abs(driftMs);
  if (size > SAMPLE.rescheduleAboveMs) return { kind: "reschedule" };
  if (size > SAMPLE.reanchorAboveMs) return { kind: "reanchor", fadeMs: SAMPLE.fadeMs };
  if (size > SAMPLE.trimAboveMs || (trimming && size >= SAMPLE.trimUntilMs)) {
    return { kind: "trim", rate: trimRate(driftMs, SAMPLE.maxTrim, SAMPLE_LEVEL_IN_MS) };
  }
  return { kind: "trim", rate: 1 };
}

/** What a media element does about `driftMs`, `sinceSeekMs` after its last seek (infinite where there was none). */
export function correctMedia(driftMs: number, trimming: boolean, sinceSeekMs: number): MediaCorrection {
  const size = Math.abs(driftMs);
  if (size > MEDIA.seekAboveMs) return { kind: sinceSeekMs >= MEDIA.seekEveryMs ? "seek" : "wait" };
  if (size > MEDIA.fastAboveMs) {
    return { kind: "trim", rate: driftMs > 0 ? 1 + MEDIA.maxFastTrim : 1 - MEDIA.maxFastTrim };
  }
  if (size > MEDIA.trimAboveMs || (trimming && size >= MEDIA.trimUntilMs)) {
    return { kind: "trim", rate: trimRate(driftMs, MEDIA.maxTrim, MEDIA_LEVEL_IN_MS) };
  }
  return { kind: "trim", rate: 1 };
}

export type VideoCorrection =
  | { readonly kind: "none" }
  /** Go to where the room will be once that is done. */
  | { readonly kind: "seek" }
  /** Stand still for so long. */
  | { readonly kind: "hold"; readonly ms: number };

/**
 * A video has no fine rate: a step of 0.25 would be four semitones or a stretched voice. So it is left alone while it is
 * nearly right, waited for where it is ahead, and sent on where it is late.
 */
export const VIDEO = {
  /** Standing still costs a gap of just that length, and lands within tens of milliseconds. */
  holdAboveMs: 150,
  /** Buffering after a seek takes 150–600 ms and varies by as much as this, so less is not worth one. */
  seekAboveMs: 250,
  /** Further ahead than this, a gap is worse than a seek. */
  holdBelowMs: 3_000,
  /** Between two corrections; doubled with each that follows soon, so that no line that stutters is chased. */
  everyMs: 4_000,
  everyAtMostMs: 32_000,
  /** A video left alone for so long has been caught. */
  caughtAfterMs: 30_000,
} as const;

/** What a video does about `driftMs`, `sinceMs` after its last correction (infinite where there was none), `soon` of which followed soon. */
export function correctVideo(driftMs: number, sinceMs: number, soon: number): VideoCorrection {
  const wait = Math.min(VIDEO.everyAtMostMs, VIDEO.everyMs * 2 ** soon);
  if (sinceMs < wait) return { kind: "none" };
  if (driftMs > VIDEO.seekAboveMs || driftMs < -VIDEO.holdBelowMs) return { kind: "seek" };
  return driftMs < -VIDEO.holdAboveMs ? { kind: "hold", ms: -driftMs } : { kind: "none" };
}
