/** A room as it is seen from its door, whether by an invite or because it is open. */
import type { Invitation, Room } from "../../protocol/rest";

export interface Doorstep {
  readonly name: string;
  readonly host: string | null;
  /** Names of those who are connected, some of them where they are many. */
  readonly here: readonly string[];
  readonly connected: number;
  readonly song: string | null;
  readonly playing: boolean;
}

const NAMED = 8;

export function ofInvitation(room: Invitation): Doorstep {
  return { ...room, host: room.host ?? null, song: room.song ?? null };
}

export function ofRoom(room: Room): Doorstep {
  const here = room.members.filter((member) => member.connected);
  return {
    name: room.name,
    host: room.members.find((member) => member.user_id === room.host_id)?.name ?? null,
    here: here.slice(0, NAMED).map((member) => member.name),
    connected: here.length,
    song: room.current_song?.title ?? null,
    playing: room.playback_state.playing,
  };
}
