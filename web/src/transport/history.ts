/** The REST calls about a room's past: what happened, the room as it was, and the evening once more. */
import type { Entry } from "../protocol/model";
import type { PlayAgain, Room, RoomAnswer, RoomCreated } from "../protocol/rest";
import { Calls } from "./calls";

/** Some entries, in order. */
export interface HistoryPage {
  readonly entries: readonly Entry[];
  /** Before which entry to ask for older ones; null where these are the oldest. */
  readonly before_seq: number | null;
}

export class HistoryCalls extends Calls {
  /** The latest entries before one; the latest of all where none is named. */
  page(roomId: string, beforeSeq: number | null, limit: number): Promise<HistoryPage> {
    const before = beforeSeq ?? Number.MAX_SAFE_INTEGER;
    return this.call("GET", `${pathOf(roomId)}/history?before_seq=${before}&limit=${limit}`);
  }

  /** The room as it was after that entry. */
  async at(roomId: string, seq: number, signal?: AbortSignal): Promise<Room> {
    const path = `${pathOf(roomId)}/state?at_seq=${seq}`;
    return (await this.call<RoomAnswer>("GET", path, signal === undefined ? {} : { signal })).room;
  }

  /** Opens a room with what was played in that one. */
  again(roomId: string): Promise<RoomCreated> {
    return this.call("POST", `${pathOf(roomId)}/again`, { body: {} satisfies PlayAgain });
  }

  /** Takes back the latest destructive change of the playlist. */
  async undo(roomId: string): Promise<void> {
    await this.call("POST", `${pathOf(roomId)}/undo`);
  }
}

function pathOf(roomId: string): string {
  return `/rooms/${encodeURIComponent(roomId)}`;
}
