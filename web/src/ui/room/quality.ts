/** How together somebody is, as a word, a shape and a figure. */
import type { PlayerState, PlayerStatus } from "../../player/player";
import type { Member } from "../../protocol/model";
import { driftText } from "../format";
import { t } from "../messages";

/** A shape each, so that nobody needs to tell colours apart. */
export type Shape = "full" | "half" | "triangle" | "square" | "ring" | "dash";

export interface Quality {
  readonly word: string;
  readonly shape: Shape;
  readonly tone: "good" | "fair" | "bad" | "none";
  /** The size of the drift, where something sounds. */
  readonly ms: string | null;
}

const EXACT_MS = 5;
const CLOSE_MS = 25;
const DRIFTING_MS = 200;
/** What YouTube's player can do: nearer than this it is left alone. */
const VIDEO_CLOSE_MS = 260;
const VIDEO_DRIFTING_MS = 1_000;

/** `video` where the music is one, which is as together as it can be much sooner. */
export function ofDrift(driftMs: number, video = false): Quality {
  const size = Math.abs(driftMs);
  const ms = t.sync.ms(driftText(driftMs));
  if (video) {
    if (size <= VIDEO_CLOSE_MS) return { word: t.sync.close, shape: "half", tone: "good", ms };
    if (size <= VIDEO_DRIFTING_MS) return { word: t.sync.drifting, shape: "triangle", tone: "fair", ms };
    return { word: t.sync.off, shape: "square", tone: "bad", ms };
  }
  if (size <= EXACT_MS) return { word: t.sync.exact, shape: "full", tone: "good", ms };
  if (size <= CLOSE_MS) return { word: t.sync.close, shape: "half", tone: "good", ms };
  if (size <= DRIFTING_MS) return { word: t.sync.drifting, shape: "triangle", tone: "fair", ms };
  return { word: t.sync.off, shape: "square", tone: "bad", ms };
}

const none = (word: string, shape: Shape = "ring"): Quality => ({ word, shape, tone: "none", ms: null });

/** This device. */
export function ofSelf(
  state: PlayerState,
  status: PlayerStatus | null,
  remote: boolean,
  settled: boolean,
): Quality {
  if (remote) return none(t.sync.remote, "dash");
  switch (state.phase) {
    case "locked":
      return none(t.sync.silent);
    case "failed":
      return { word: t.sync.failed, shape: "square", tone: "bad", ms: null };
    case "playing":
      return ofDrift(status?.driftMs ?? 0, state.tier === "video");
    case "loading":
      return none(t.sync.loading);
    default:
      return none(settled ? t.sync.ready : t.sync.measuring);
  }
}

/** Another member, as its device last reported; `playing` is whether there is anything to be in time with. */
export function ofMember(member: Member, playing: boolean, video = false): Quality {
  if (!member.connected) return none(t.sync.away, "dash");
  const { sync } = member;
  if (!sync) return none(t.sync.quiet);
  if (sync.buffering || !sync.loaded) return none(t.sync.loading);
  return playing ? ofDrift(sync.drift_ms, video) : none(t.sync.ready);
}
