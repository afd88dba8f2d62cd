/** Fetches a whole track, and says in its own words why it could not. */

import { asPlaybackError, PlaybackError } from "./errors";

/** The caller's fetch: it adds whatever authorises the request. */
export type FetchMedia = (url: string, init: RequestInit) => Promise<Response>;

/** More compressed bytes than this would not fit in memory once decoded. */
const MAX_BYTES = 150 * 1024 * 1024;

/** Rejects with a `PlaybackError`. */
export async function fetchAudio(
  fetchMedia: FetchMedia,
  url: string,
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  try {
    const response = await fetchMedia(url, { signal });
    if (!response.ok) throw refusal(response.status);
    if (Number(response.headers.get("content-length") ?? 0) > MAX_BYTES) {
      await response.body?.cancel();
      throw new PlaybackError("too_long", "the file is larger than 150 MB");
    }
    return await response.arrayBuffer();
  } catch (thrown) {
    throw asPlaybackError(thrown, "unreachable");
  }
}

/** What a status other than success means to a listener. */
export function refusal(status: number): PlaybackError {
  const detail = `answered ${status}`;
  if (status === 401 || status === 403) return new PlaybackError("forbidden", detail);
  if (status === 404 || status === 410) return new PlaybackError("not_found", detail);
  if (status === 429 || status >= 500) return new PlaybackError("server", detail);
  return new PlaybackError("unreachable", detail);
}
