/** Videos of YouTube: which one an address means, and what its player tells that the playlist does not know. */
import type { Description } from "../../player/engine";
import type { Look } from "../../player/youtube/look";
import type { Track } from "../../protocol/model";
import { t } from "../messages";

const HOSTS = /^((www|m|music)\.)?youtube\.com$|^(www\.)?youtube-nocookie\.com$|^(www\.)?youtu\.be$/;
const ID = /^[A-Za-z0-9_-]{11}$/;
/** What stands before the id in the paths of single videos. */
const BEFORE = new Set(["shorts", "embed", "live", "v", "e"]);
const MOST_TEXT = 300;

export function isYouTube(url: URL): boolean {
  return HOSTS.test(url.hostname);
}

/** The one video that an address of YouTube means; null where it means none, or a list of them. */
export function videoIdOf(url: URL): string | null {
  if (!isYouTube(url)) return null;
  const [first = "", second = ""] = url.pathname.split("/").filter(Boolean);
  let id = url.searchParams.get("v") ?? "";
  if (url.hostname.endsWith("youtu.be")) id = first;
  else if (BEFORE.has(first)) id = second;
  else if (first !== "watch") return null;
  return ID.test(id) ? id : null;
}

export function watchUrl(videoId: string): string {
  return `https://www.youtube.com/watch?v=${encodeURIComponent(videoId)}`;
}

/** What a video is called until its player has told its title. */
export function placeholderTitle(videoId: string): string {
  return t.add.youtubeTitle(videoId);
}

/** A track of a video, as somebody called it, or else as YouTube does. */
export function trackOfVideo(videoId: string, title: string, look: Look | null): Track {
  const author = authorOf(look);
  return {
    title: (title || look?.title || placeholderTitle(videoId)).slice(0, MOST_TEXT),
    artists: author === null ? [] : [author],
    youtube_video_id: videoId,
    ...(look?.durationMs ? { duration_ms: look.durationMs } : {}),
  };
}

/** YouTube's own channels of artists are called so. */
function authorOf(told: Pick<Look, "author"> | null): string | null {
  return told?.author?.replace(/ - Topic$/, "").slice(0, MOST_TEXT) || null;
}

/** The track with what its player told; null where the playlist knows all of it. */
export function described(track: Track, told: Description): Track | null {
  const { youtube_video_id: id } = track;
  if (!id || track.duration_ms) return null;
  const nameless = track.title.includes(id) && told.title !== null;
  const author = authorOf(told);
  return {
    ...track,
    duration_ms: told.durationMs,
    title: nameless ? (told.title ?? track.title).slice(0, MOST_TEXT) : track.title,
    artists: track.artists.length === 0 && author !== null ? [author] : track.artists,
  };
}
