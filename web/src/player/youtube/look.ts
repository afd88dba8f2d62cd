/** Looks at a video without playing it: whether it can be had here, and what it is called. */

import type { Description } from "../engine";
import type { PlaybackError } from "../errors";
import { loadApi, STATE } from "./api";
import { Video } from "./video";

const PATIENCE_MS = 6_000;

/** As much as a player knows before it plays: the length mostly comes later. */
export type Look = Pick<Description, "title" | "author"> & { readonly durationMs: number | null };

/**
 * Null where nothing was told in time. Rejects with a `PlaybackError` where the video cannot be played here; what is in
 * `stage` is seen meanwhile.
 */
export async function lookAt(
  stage: HTMLElement,
  frameTitle: string,
  videoId: string,
  load = loadApi,
): Promise<Look | null> {
  let video: Video | null = null;
  let over = false;
  const looked = new Promise<Look>((resolve, reject: (error: PlaybackError) => void) => {
    const changed = () => video?.state === STATE.cued && resolve(lookOf(video));
    const events = { changed, blocked: () => undefined, failed: reject };
    Video.open(stage, frameTitle, videoId, events, load).then((opened) => {
      video = opened;
      if (over) video.dispose();
      else video.cue(videoId);
    }, reject);
  });
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  try {
    return await Promise.race([looked, late]);
  } finally {
    over = true;
    (video as Video | null)?.dispose();
  }
}

function lookOf(video: Video): Look {
  const { title, author } = video.data;
  return { title: title || null, author: author || null, durationMs: video.durationMs };
}
