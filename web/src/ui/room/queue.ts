/** What plays after what: the same arithmetic as the server's, for fetching ahead and for showing it. */
import type { Item, RoomState, Track } from "../../protocol/model";
import { watchUrl } from "./videos";

/** The items in the order they play. */
export function inOrder(state: RoomState): readonly Item[] {
  if (!state.shuffle_order) return state.playlist;
  const byId = new Map(state.playlist.map((item) => [item.item_id, item]));
  return state.shuffle_order.flatMap((id) => byId.get(id) ?? []);
}

/** What plays when somebody skips; null where nothing does. */
export function after(state: RoomState): Item | null {
  const items = inOrder(state);
  const place = items.findIndex((item) => item.item_id === state.timeline?.item_id);
  if (place < 0) return null;
  return items[place + 1] ?? (state.repeat === "all" ? (items[0] ?? null) : null);
}

/** What plays when the current item is over; null where that is silence. */
export function following(state: RoomState): Item | null {
  return state.repeat === "one" ? itemOf(state, state.timeline?.item_id) : after(state);
}

export function itemOf(state: RoomState, itemId: string | null | undefined): Item | null {
  return state.playlist.find((item) => item.item_id === itemId) ?? null;
}

/** Where a browser finds the sound. */
export function audioUrl(track: Track): string | null {
  if (track.media_id) return `/media/${track.media_id}`;
  if (track.youtube_video_id) return watchUrl(track.youtube_video_id);
  return track.url ?? null;
}

/** Something to play: the total length where every length is known. */
export function totalMs(playlist: readonly Item[]): number | null {
  let sum = 0;
  for (const item of playlist) {
    if (!item.track.duration_ms) return null;
    sum += item.track.duration_ms;
  }
  return sum;
}
