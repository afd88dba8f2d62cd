/**
 * Brings one video to where a cue wants it and keeps it there, as far as a player allows that can only be started,
 * stopped and sent elsewhere, and that plays adverts of its own choosing in between.
 */

import { correctVideo, VIDEO } from "../../sync/correction";
import { type Cue, cuePositionAt } from "../engine";
import { STATE } from "./api";
import { Costs, type Deed } from "./costs";
import { PositionEstimator } from "./position";
import { runs, type Video } from "./video";

/** As much of a `Video` as is steered. */
export type Steered = Pick<
  Video,
  "state" | "positionMs" | "durationMs" | "play" | "playFrom" | "pause" | "seek"
>;

/** What a player was told last, and when. */
interface Order {
  readonly deed: Deed;
  readonly atMs: number;
}

/** A position that stands so long while its video plays belongs to an advert, or to an empty line. */
const STANDS_MS = 1_000;
/** An advert's length differs from the video's by more than rounding. */
const OTHER_LENGTH_MS = 2_000;
/** No advert is believed to take longer: then the length in the playlist is wrong. */
const LONGEST_ADVERT_MS = 180_000;
/** A player that does nothing for so long after it was told to play is asked again. */
const ANSWER_MS = 4_000;
const ENDING_MS = 300;
/** A standing video this near to its place is not sent there again. */
const IN_PLACE_MS = 60;
/** Where a cued video has not played yet, its start needs no seek below this. */
const FROM_START_MS = 80;

export class Pilot {
  readonly #video: Steered;
  readonly #videoId: string;
  /** As the playlist has it. */
  readonly #durationMs: number | null;
  readonly #now: () => number;
  readonly #costs: Costs;
  readonly #position = new PositionEstimator();
  #cue: Cue | null = null;
  #order: Order | null = null;
  /** Whether the player has run since it was told to. */
  #answered = true;
  #learning: Deed | null = null;
  #played = false;
  /** The cue at whose place it stands. */
  #stoodFor: number | null = null;
  #otherSince: number | null = null;
  #correctedAt = Number.NEGATIVE_INFINITY;
  #soon = 0;
  #holdUntil: number | null = null;

  constructor(
    video: Steered,
    videoId: string,
    durationMs: number | null,
    now: () => number,
    costs = new Costs(),
  ) {
    this.#video = video;
    this.#videoId = videoId;
    this.#durationMs = durationMs;
    this.#now = now;
    this.#costs = costs;
  }

  /** How long before a moment the player has to be told to play, to play then. */
  get leadMs(): number {
    return this.#costs.of(this.#played ? "resume" : "start");
  }

  /** What was begun. */
  get key(): number | null {
    return this.#cue?.key ?? null;
  }

  /** When a halt ends, where there is one. */
  get holdUntil(): number | null {
    return this.#holdUntil;
  }

  /** Whether the video itself moves, as far as can be told. */
  get moves(): boolean {
    return this.#video.state === STATE.playing && !this.interrupted && this.#position.at(0) !== null;
  }

  /** Whether the player plays something, and that is not this video. */
  get interrupted(): boolean {
    if (this.#cue === null || this.#video.state !== STATE.playing) return false;
    return this.#showsOther || this.#position.standsMs(this.#now()) > STANDS_MS;
  }

  /** Whether the browser let the last order to play come to nothing. */
  get ignored(): boolean {
    const { state } = this.#video;
    const idle = state === STATE.unstarted || state === STATE.cued || state === STATE.paused;
    return !this.#answered && idle && this.#order !== null && this.#now() - this.#order.atMs > ANSWER_MS;
  }

  positionAt(localMs: number): number | null {
    return this.#position.at(localMs);
  }

  /** Stands ready for `cue`, or for nothing in particular. */
  stand(cue: Cue | null): void {
    this.#cue = null;
    this.#order = null;
    this.#learning = null;
    this.#holdUntil = null;
    this.#position.reset();
    if (runs(this.#video.state)) {
      this.#video.pause();
    } else if (cue !== null && this.#video.state === STATE.paused && this.#stoodFor !== cue.key) {
      this.#stoodFor = cue.key;
      this.#video.seek(cuePositionAt(cue, this.#now()));
    }
  }

  /** Plays `cue`, now or, told its lead early, a moment from now. */
  play(cue: Cue): void {
    const now = this.#now();
    if (this.#isOver(cuePositionAt(cue, now))) return;
    const { state } = this.#video;
    this.#played ||= state === STATE.playing;
    this.#answered ||= runs(state);
    const same = this.#cue?.key === cue.key;
    this.#cue = cue;
    if (this.#holdUntil !== null) {
      if (now >= this.#holdUntil) this.#goOn(now);
      return;
    }
    if (runs(state)) {
      if (same) this.#keepUp(cue, now, state);
      else this.#seek(cue, now);
    } else if (!same || this.#order === null || this.ignored || this.#stoppedByHand(state, now)) {
      this.#start(cue, now, state);
    }
  }

  /** Starts anew where the last order came to nothing. */
  again(): void {
    this.#order = null;
  }

  #stoppedByHand(state: number, now: number): boolean {
    const order = this.#order;
    return state === STATE.paused && order !== null && now - order.atMs > this.#costs.of(order.deed) + 1_000;
  }

  #isOver(positionMs: number): boolean {
    return this.#durationMs !== null && positionMs >= this.#durationMs - ENDING_MS;
  }

  #start(cue: Cue, now: number, state: number): void {
    const deed: Deed = this.#played && state === STATE.paused ? "resume" : "start";
    const at = Math.max(now + this.#costs.of(deed), cue.atLocalMs);
    const targetMs = cuePositionAt(cue, at);
    if (deed === "resume") {
      const standsAtMs = this.#stoodFor === cue.key ? cue.positionMs : this.#video.positionMs;
      if (Math.abs(standsAtMs - targetMs) > IN_PLACE_MS) this.#video.seek(targetMs);
      this.#stoodFor = null;
      this.#video.play();
    } else if (targetMs > FROM_START_MS) {
      this.#video.playFrom(this.#videoId, targetMs);
    } else {
      this.#video.play();
    }
    this.#ordered(deed, now);
  }

  #seek(cue: Cue, now: number): void {
    this.#video.seek(cuePositionAt(cue, now + this.#costs.of("seek")));
    this.#ordered("seek", now);
  }

  #goOn(now: number): void {
    this.#holdUntil = null;
    this.#video.play();
    this.#ordered("hold", now);
  }

  #ordered(deed: Deed, atMs: number): void {
    this.#order = { deed, atMs };
    this.#answered = deed === "seek";
    this.#learning = deed;
    this.#position.reset();
  }

  #keepUp(cue: Cue, now: number, state: number): void {
    if (state === STATE.buffering) {
      this.#position.reset();
      return;
    }
    this.#noticeOtherLength(now);
    const before = this.#position.standsMs(now);
    this.#position.add(now, this.#video.positionMs);
    if (this.#showsOther) this.#position.reset();
    // What stood for long was an advert or an empty line, and says nothing of the player's pace.
    if (before > STANDS_MS) {
      this.#learning = null;
      if (this.#position.standsMs(now) === 0) this.#position.reset();
    }
    const positionMs = this.#position.at(now);
    if (positionMs === null || !this.#position.settled) return;
    this.#correct(cue, now, cuePositionAt(cue, now) - positionMs);
  }

  #correct(cue: Cue, now: number, driftMs: number): void {
    if (this.#learning !== null) this.#costs.learn(this.#learning, driftMs);
    this.#learning = null;
    const sinceMs = now - this.#correctedAt;
    if (sinceMs > VIDEO.caughtAfterMs) this.#soon = 0;
    const correction = correctVideo(driftMs, sinceMs, this.#soon);
    if (correction.kind === "none") return;
    this.#soon = Number.isFinite(sinceMs) ? this.#soon + 1 : 0;
    this.#correctedAt = now;
    if (correction.kind === "seek") {
      this.#seek(cue, now);
    } else {
      this.#video.pause();
      this.#position.reset();
      this.#holdUntil = now + Math.max(0, correction.ms - this.#costs.of("hold"));
    }
  }

  /** An advert before or within a video shows itself by its length, where the player tells that. */
  #noticeOtherLength(now: number): void {
    const shownMs = this.#video.durationMs;
    const other =
      shownMs !== null && this.#durationMs !== null && Math.abs(shownMs - this.#durationMs) > OTHER_LENGTH_MS;
    if (!other) this.#otherSince = null;
    else this.#otherSince ??= now;
  }

  get #showsOther(): boolean {
    return this.#otherSince !== null && this.#now() - this.#otherSince <= LONGEST_ADVERT_MS;
  }
}
