/** In German: playlists as files, and saved ones. */
import type { Messages } from "../en";
import { counting } from "../plural";

const count = counting("de");
const songs = (n: number) => count(n, { one: "Song", other: "Songs" });

export const playlists: Messages["playlists"] = {
  options: "Optionen der Playlist",
  export: "Mitnehmen",
  exportHint: "Als Datei für einen anderen Player, oder um sie später zurückzubringen.",
  formats: { m3u8: "M3U8", xspf: "XSPF", json: "JSON" },
  exportAs: (format) => `Speichern als ${format}`,
  import: "Aus einer Datei hinzufügen",
  importHint: "M3U8, XSPF oder JSON. Nur Songs, die alle hier erreichen können, kommen dazu.",
  choose: "Playlist-Datei auswählen",
  replace: "Ersetzen, was in der Playlist ist",
  notPlaylist: "Diese Datei heißt nicht wie eine Playlist: M3U8, XSPF oder JSON.",
  imported: (n, skipped) =>
    skipped === 0
      ? `${songs(n)} hinzugefügt.`
      : `${songs(n)} hinzugefügt; ${skipped} können andere nicht abspielen.`,
  save: "Diese Playlist speichern",
  saveHint: "Sie bleibt bei deinem Konto, und ein anderer Raum kann mit ihr beginnen.",
  name: "Name",
  saveDo: "Playlist speichern",
  saved: (name) => `„${name}“ gespeichert.`,
  empty: "Die Playlist ist leer.",
  yours: "Gespeicherte Playlists",
  count: songs,
  savedOn: (when) => `${when} gespeichert`,
  start: "Raum starten",
  startWith: (name) => `Raum starten mit ${name}`,
  startsWith: (name, n) => `Der Raum beginnt mit „${name}“, ${songs(n)}.`,
  delete: "Löschen",
  deleteWhich: (name) => `Löschen: ${name}`,
  deleteAsk: (name) => `„${name}“ löschen?`,
  deleteHint: "Räume, die mit ihr begonnen haben, behalten ihre Musik.",
};
