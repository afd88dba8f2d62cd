/**
 * The one interface of everything that makes sound.
 *
 * An engine is told what should be heard and when, again and again, and works out for itself what to start, trim or
 * stop. It knows nothing of rooms, the server or its clock: every moment is a local time in milliseconds, on the same
 * monotonic clock as `performance.now()`.
 */

/** How exactly an engine keeps time: `sample` within a millisecond, `media` within tens, `video` within some hundreds. */
export type Tier = "sample" | "media" | "video";

export interface Track {
  readonly itemId: string;
  /** Where the audio is; of our own origin, or anywhere the browser may play from. */
  readonly url: string;
  readonly durationMs: number | null;
  /** A YouTube video, which `url` is the address of; only an engine of the `video` tier plays one, and nothing else. */
  readonly videoId?: string;
}

/** `advert`: something else is played in the music's place. `tap`: only a tap on the picture itself starts it. */
export type Obstacle = "advert" | "tap";

/** What a player found out about an item that the playlist did not know. */
export interface Description {
  readonly title: string | null;
  readonly author: string | null;
  readonly durationMs: number;
}

/** Something that should be heard: `positionMs` of the item at `atLocalMs`, and onwards from there. */
export interface Cue {
  /** The same number for as long as the same music is meant; a new one for every seek, skip or start. */
  readonly key: number;
  readonly itemId: string;
  readonly positionMs: number;
  /** May lie in the past, for music already running, or in the future, for a scheduled start. */
  readonly atLocalMs: number;
  /** When another cue takes over, or null while nothing is to follow. */
  readonly untilLocalMs: number | null;
  readonly rate: number;
}

/** What comes out of the loudspeaker at a moment. */
export interface Heard {
  readonly key: number;
  readonly itemId: string;
  readonly positionMs: number;
  /** Expected minus heard position: positive when the music is late. */
  readonly driftMs: number;
}

export interface Engine {
  readonly tier: Tier;
  /** False while the browser withholds sound until a tap. */
  readonly unlocked: boolean;
  /** True while a cued item has not yet enough data to sound as it should. */
  readonly buffering: boolean;
  /** What keeps the music from being heard though it plays. */
  readonly obstacle?: Obstacle | null;
  /** Fetches and prepares a track. Rejects with a `PlaybackError`; loading what is loaded resolves at once. */
  load(track: Track, signal: AbortSignal): Promise<void>;
  has(itemId: string): boolean;
  /** The length found while loading, or null where it is not known. */
  durationMs(itemId: string): number | null;
  /** Lets go of every item not named. */
  retain(itemIds: ReadonlySet<string>): void;
  /** What should be heard from now on; whatever sounds and is not named stops. Call it often. */
  follow(cues: readonly Cue[]): void;
  heard(localMs: number): Heard | null;
  /** 0 to 1. */
  setVolume(volume: number): void;
  /** Extra milliseconds this device's output takes, beyond what the browser reports. */
  setNudge(ms: number): void;
  /** Asks for sound; call it within a gesture. Answers whether sound is allowed now. */
  unlock(): Promise<boolean>;
  dispose(): void;
}

/** The same cues for a device whose output takes so many milliseconds more than it says: all of it that much earlier. */
export function earlier(cues: readonly Cue[], ms: number): Cue[] {
  return cues.map((cue) => ({
    ...cue,
    atLocalMs: cue.atLocalMs - ms,
    untilLocalMs: cue.untilLocalMs === null ? null : cue.untilLocalMs - ms,
  }));
}

/** Where in the item a cue wants the music at a local time. */
export function cuePositionAt(cue: Cue, localMs: number): number {
  return cue.positionMs + Math.max(0, localMs - cue.atLocalMs) * cue.rate;
}
