/** What a person reads about playlists as files, and saved ones. */
import { counting } from "../plural";

const count = counting("en");
const songs = (n: number) => count(n, { one: "song", other: "songs" });

export const playlists = {
  options: "Playlist options",
  export: "Take it along",
  exportHint: "As a file for another player, or to bring back later.",
  formats: { m3u8: "M3U8", xspf: "XSPF", json: "JSON" },
  exportAs: (format: string) => `Save as ${format}`,
  import: "Add from a file",
  importHint: "M3U8, XSPF or JSON. Only songs that everybody here can reach are added.",
  choose: "Choose a playlist file",
  replace: "Replace what is in the playlist",
  notPlaylist: "This file is not named like a playlist: M3U8, XSPF or JSON.",
  imported: (n: number, skipped: number) =>
    skipped === 0 ? `Added ${songs(n)}.` : `Added ${songs(n)}; ${skipped} cannot be played by others.`,
  save: "Save this playlist",
  saveHint: "It is kept with your account, and can start another room.",
  name: "Name",
  saveDo: "Save playlist",
  saved: (name: string) => `Saved “${name}”.`,
  empty: "The playlist is empty.",
  yours: "Saved playlists",
  count: songs,
  savedOn: (when: string) => `saved ${when}`,
  start: "Start a room",
  startWith: (name: string) => `Start a room with ${name}`,
  startsWith: (name: string, n: number) => `The room begins with “${name}”, ${songs(n)}.`,
  delete: "Delete",
  deleteWhich: (name: string) => `Delete ${name}`,
  deleteAsk: (name: string) => `Delete “${name}”?`,
  deleteHint: "Rooms that were started from it keep their music.",
};
