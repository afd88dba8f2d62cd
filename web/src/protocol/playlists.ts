/** Bodies of the REST calls about playlists as files, and saved ones. */
export type { Imported, SavedPlaylist, SavedPlaylistAnswer, SavedPlaylists } from "./generated/rest/answers";
export type { SavePlaylist } from "./generated/rest/requests";
