/** For whom the music waits: who listens, and has not loaded the song yet. */
import type { Member } from "../../protocol/model";
import type { Timeline } from "../../sync/timeline";
import type { RoomStore } from "./room.svelte";

/** So much before the start it is worth saying that all begin together. */
const WORTH_SAYING_MS = 150;

/** The others that say their device still loads, by how long they belong. */
export function stillLoading(room: Pick<RoomStore, "view" | "userId">): Member[] {
  return (room.view?.members ?? []).filter(
    (member) => member.user_id !== room.userId && member.connected && member.sync?.buffering,
  );
}

/** Whether the song in force or the one to come has not begun to sound. */
export function beforeStart(
  shown: Timeline,
  latest: Pick<Timeline, "playing" | "at_ms"> | null,
  serverMs: number,
): boolean {
  const starts = (timeline: Pick<Timeline, "playing" | "at_ms">) =>
    timeline.playing && timeline.at_ms - serverMs > WORTH_SAYING_MS;
  return starts(shown) || (latest !== null && starts(latest));
}
