/** The REST calls about playlists: out into a file, in from one, saved and given up. */
import type {
  Imported,
  SavedPlaylist,
  SavedPlaylistAnswer,
  SavedPlaylists,
  SavePlaylist,
} from "../protocol/playlists";
import { BASE, Calls, parse } from "./calls";
import { ApiError, errorOf } from "./errors";

/** How a playlist is written into a file, and what such a file is. */
export const FORMATS = {
  m3u8: "application/vnd.apple.mpegurl",
  xspf: "application/xspf+xml",
  json: "application/json",
} as const;
export type Format = keyof typeof FORMATS;

/** What a file's name says it is; null where it says nothing known. */
export function formatOf(fileName: string): Format | null {
  const ending = fileName.split(".").at(-1)?.toLowerCase() ?? "";
  if (ending === "m3u") return "m3u8";
  return Object.hasOwn(FORMATS, ending) ? (ending as Format) : null;
}

export class PlaylistCalls extends Calls {
  async exported(roomId: string, format: Format): Promise<Blob> {
    const answer = await this.#fetched(`${pathOf(roomId)}/export?format=${format}`, {});
    return answer.blob();
  }

  async import(roomId: string, file: Blob, format: Format, replace: boolean): Promise<Imported> {
    const path = `${pathOf(roomId)}/import?format=${format}&replace=${replace}`;
    const headers = { "Content-Type": FORMATS[format] };
    const answer = await this.#fetched(path, { method: "POST", headers, body: file });
    return (await answer.json()) as Imported;
  }

  async saved(): Promise<SavedPlaylist[]> {
    return (await this.call<SavedPlaylists>("GET", "/me/playlists")).playlists;
  }

  /** Saves what a room plays. */
  async save(name: string, roomId: string): Promise<SavedPlaylist> {
    const body: SavePlaylist = { name, room_id: roomId };
    return (await this.call<SavedPlaylistAnswer>("POST", "/me/playlists", { body })).playlist;
  }

  async giveUp(playlistId: string): Promise<void> {
    await this.call("DELETE", `/me/playlists/${encodeURIComponent(playlistId)}`);
  }

  async #fetched(path: string, init: RequestInit): Promise<Response> {
    let answer: Response;
    try {
      answer = await this.signedFetch(BASE + path, init);
    } catch (cause) {
      throw ApiError.from(cause);
    }
    if (!answer.ok) throw errorOf(answer.status, parse(await answer.text()));
    return answer;
  }
}

function pathOf(roomId: string): string {
  return `/rooms/${encodeURIComponent(roomId)}/playlist`;
}
