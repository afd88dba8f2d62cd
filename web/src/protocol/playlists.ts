/** Bodies of the REST calls about playlists as files, and saved ones. */
export type { Imported } from "./generated/rest/Imported";
export type { SavedPlaylistAnswer } from "./generated/rest/SavedPlaylistAnswer";
export type { SavedPlaylist, SavedPlaylists } from "./generated/rest/SavedPlaylists";
export type { SavePlaylist } from "./generated/rest/SavePlaylist";
