/** Media of our own server for a media element: an element sends no sign-in along, so its file is fetched first. */

import { asPlaybackError } from "./errors";
import { type FetchMedia, refusal } from "./fetch-audio";

/** Fetches what is our own server's; null for what an element fetches by itself. Rejects with a `PlaybackError`. */
export type FetchOwn = (url: string, signal: AbortSignal) => Promise<Blob> | null;

export function ownMedia(fetchMedia: FetchMedia, origin: string): FetchOwn {
  return (url, signal) => (isOwn(url, origin) ? fetchBlob(fetchMedia, url, signal) : null);
}

function isOwn(url: string, origin: string): boolean {
  try {
    return new URL(url, origin).origin === origin;
  } catch {
    return false;
  }
}

async function fetchBlob(fetchMedia: FetchMedia, url: string, signal: AbortSignal): Promise<Blob> {
  try {
    const response = await fetchMedia(url, { signal });
    if (!response.ok) throw refusal(response.status);
    return await response.blob();
  } catch (thrown) {
    throw asPlaybackError(thrown, "unreachable");
  }
}
