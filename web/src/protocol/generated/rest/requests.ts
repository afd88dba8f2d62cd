// Generated from schemas/ by `npm run types`. Do not edit.

export type Milliseconds = number;
export type MediaId = string;
export type RequestId = string;
export type UserId = string;
export type RoomId = string;
/**
 * Who controls the music and the playlist.
 */
export type Control = "host" | "everyone";
export type PlaylistId = string;
/**
 * Who may come in.
 */
export type Visibility = "public" | "friends" | "invite";
export type ItemId = string;
/**
 * What happens at the end of a track.
 */
export type Repeat = "off" | "one" | "all";
/**
 * What to do with the music.
 */
export type PlaybackAction = "play" | "pause" | "seek" | "skip_next" | "skip_prev" | "select";
/**
 * What is asked for.
 */
export type RequestAction = "add" | "move" | "remove" | "edit";

/**
 * `POST rooms/{id}/playlist`.
 */
export interface AddItem {
  /**
   * Before which index; at the end where absent.
   */
  position?: number | null;
  track: Track;
}
/**
 * A piece of music. Exactly one of `media_id`, `url` and `youtube_video_id` is given.
 */
export interface Track {
  /**
   * The album it is from.
   */
  album?: string | null;
  /**
   * Its artists, most important first.
   */
  artists?: string[];
  /**
   * A picture.
   */
  artwork_url?: string | null;
  /**
   * Its length, where known.
   */
  duration_ms?: Milliseconds | null;
  /**
   * An uploaded file, at `/media/{media_id}`.
   */
  media_id?: MediaId | null;
  /**
   * Its title.
   */
  title: string;
  /**
   * An address each listener opens by itself.
   */
  url?: string | null;
  /**
   * A YouTube video.
   */
  youtube_video_id?: string | null;
}
/**
 * `POST friends/accept` and `friends/reject`.
 */
export interface AnswerFriend {
  request_id: RequestId;
}
/**
 * `POST friends/request`: exactly one of the two.
 */
export interface AskFriend {
  /**
   * or by id.
   */
  user_id?: UserId | null;
  /**
   * Whom to ask, by username, whatever the case,
   */
  username?: string | null;
}
/**
 * `POST auth/ticket`.
 */
export interface AskTicket {
  /**
   * The one room it is to open; whatever the caller's own token opens, where absent.
   */
  room_id?: RoomId | null;
}
/**
 * `POST rooms/create`.
 */
export interface CreateRoom {
  /**
   * Who controls; the host where absent.
   */
  control?: Control | null;
  /**
   * Shorthand for `visibility: "friends"`.
   */
  is_friends_only?: boolean | null;
  /**
   * What it is called; one is made up where absent.
   */
  name?: string | null;
  /**
   * A saved playlist of yours to begin with.
   */
  playlist_id?: PlaylistId | null;
  /**
   * Who may come in; public where absent.
   */
  visibility?: Visibility | null;
}
/**
 * `POST requests/{id}/deny`.
 */
export interface DenyRequest {
  /**
   * Why; shown to everybody in the room.
   */
  reason?: string | null;
}
/**
 * `DELETE me`.
 */
export interface EraseMe {
  /**
   * The password; a guest has none.
   */
  current_password?: string | null;
}
/**
 * `POST auth/guest`.
 */
export interface Guest {
  /**
   * Display name; one is made up where absent.
   */
  name?: string | null;
}
/**
 * `POST rooms/quick`.
 */
export interface JoinQuickRoom {
  /**
   * Up to 64 of A–Z a–z 0–9 _ -; the room without a name, where empty or absent.
   */
  name?: string | null;
}
/**
 * `POST rooms/join`: exactly one of the two.
 */
export interface JoinRoom {
  /**
   * The code, or the secret of the link; opens rooms that take an invite.
   */
  invite_code?: string | null;
  /**
   * Which room.
   */
  room_id?: RoomId | null;
}
/**
 * `POST /sessions/{code}/join`.
 */
export interface JoinSession {
  /**
   * How somebody without an account is called; one is made up where absent.
   */
  name?: string | null;
}
/**
 * `POST auth/login`: by username or e-mail address.
 */
export interface Login {
  /**
   * or this.
   */
  email?: string | null;
  /**
   * The password.
   */
  password: string;
  /**
   * Either this, in which an e-mail address is taken too,
   */
  username?: string | null;
}
/**
 * `{user_id}`.
 */
export interface OfUser {
  user_id: UserId;
}
/**
 * `PUT rooms/{id}/playlist/order`: every item once.
 */
export interface Order {
  /**
   * The items as they are to be listed.
   */
  item_ids: ItemId[];
}
/**
 * `PATCH rooms/{id}/playlist/{item_id}`: what is absent stays.
 */
export interface PatchItem {
  /**
   * Its index afterwards.
   */
  position?: number | null;
  /**
   * How it is described.
   */
  track?: Track | null;
}
/**
 * `PATCH me`: what is absent stays.
 */
export interface PatchMe {
  /**
   * The password so far.
   */
  current_password?: string | null;
  /**
   * E-mail address; an empty one removes it.
   */
  email?: string | null;
  /**
   * Display name.
   */
  name?: string | null;
  /**
   * How much later than its clock says this device sounds, in milliseconds.
   */
  output_latency_ms?: number | null;
  /**
   * A new password, together with `current_password`.
   */
  password?: string | null;
}
/**
 * `PATCH rooms/{id}`: what is absent stays.
 */
export interface PatchRoom {
  /**
   * Who controls.
   */
  control?: Control | null;
  /**
   * Shorthand for the visibility `friends` or `public`.
   */
  is_friends_only?: boolean | null;
  /**
   * What it is called.
   */
  name?: string | null;
  /**
   * What happens at the end of a track.
   */
  repeat?: Repeat | null;
  /**
   * Whether items play in a drawn order.
   */
  shuffle?: boolean | null;
  /**
   * Who may come in.
   */
  visibility?: Visibility | null;
  /**
   * Shared loudness, 0 to 1.
   */
  volume?: number | null;
  /**
   * How members vote to skip.
   */
  vote_skip?: VoteSkip | null;
}
/**
 * How members vote to skip.
 */
export interface VoteSkip {
  /**
   * Whether they may.
   */
  enabled: boolean;
  /**
   * How many of those connected it takes, in percent: 1 to 100.
   */
  percent: number;
}
/**
 * `PATCH admin/settings`: what is absent stays.
 */
export interface PatchServerSettings {
  /**
   * Further page origins that may use this server, as `https://music.example.org`; all of them.
   */
  allowed_origins?: string[] | null;
  /**
   * Rooms that everybody left are closed after so long, in milliseconds; a minute at least.
   */
  empty_rooms_after_ms?: number | null;
  /**
   * Whether anybody may come without a password.
   */
  guests?: boolean | null;
  /**
   * The largest upload, in bytes.
   */
  max_upload?: number | null;
  /**
   * The address people reach this server at; empty for as they asked.
   */
  public_url?: string | null;
  /**
   * Whether there are rooms without accounts.
   */
  quick_rooms?: boolean | null;
  /**
   * How much of each thing may be asked for, as `5/h` or `20/s burst 60`, by name; others stay.
   */
  rates?: {
    [k: string]: string | undefined;
  } | null;
  /**
   * Whether anybody may make an account.
   */
  registration?: boolean | null;
  /**
   * What is to be as the configuration says again, by name; a rate as `rates.friend_request`.
   */
  reset?: string[] | null;
  /**
   * How often those in sessions are told where the music is, in milliseconds; from 250 to 600000.
   */
  session_resync_every_ms?: number | null;
  /**
   * What all uploads may take, in bytes.
   */
  total_quota?: number | null;
  /**
   * What one user may keep in uploads, in bytes.
   */
  user_quota?: number | null;
  /**
   * Whether YouTube videos can be played; pages that are open learn it when they are loaded again.
   */
  youtube?: boolean | null;
}
/**
 * `POST rooms/{id}/again`.
 */
export interface PlayAgain {
  /**
   * What the new room is called; as the old one where absent.
   */
  name?: string | null;
}
/**
 * `POST rooms/{id}/playback`.
 */
export interface Playback {
  action: PlaybackAction;
  /**
   * Which, for `select`.
   */
  item_id?: ItemId | null;
  /**
   * Where, for `seek` and `select`.
   */
  position_ms?: Milliseconds | null;
}
/**
 * The keys of a subscription, in base64url.
 */
export interface PushKeys {
  /**
   * The device's secret.
   */
  auth: string;
  /**
   * The device's public key.
   */
  p256dh: string;
}
/**
 * `POST auth/refresh` and `auth/logout`. Browsers with cookies leave the token out.
 */
export interface Refresh {
  /**
   * The refresh token.
   */
  refresh_token?: string | null;
}
/**
 * `POST auth/register`. With a guest's token, the guest is registered and keeps its rooms.
 */
export interface Register {
  /**
   * Unique, where given.
   */
  email?: string | null;
  /**
   * Display name; the username where absent.
   */
  name?: string | null;
  /**
   * At least 8 characters, and not a common one.
   */
  password: string;
  /**
   * 3 to 20 of A–Z a–z 0–9 _.
   */
  username: string;
}
/**
 * What is asked for, with what it takes. Also the body of `POST rooms/{id}/requests`.
 */
export interface RequestedChange {
  action: RequestAction;
  /**
   * Which item.
   */
  item_id?: ItemId | null;
  /**
   * Its index afterwards.
   */
  position?: number | null;
  /**
   * To add, or how to describe it anew.
   */
  track?: Track | null;
}
/**
 * `POST me/playlists`: the tracks of a room, or these.
 */
export interface SavePlaylist {
  /**
   * What it is called.
   */
  name: string;
  /**
   * Whose playlist to save; you belong to it.
   */
  room_id?: RoomId | null;
  /**
   * What to save.
   */
  tracks?: Track[] | null;
}
/**
 * `POST rooms/{id}/chat`.
 */
export interface Say {
  /**
   * What: 1 to 500 characters.
   */
  text: string;
}
/**
 * `POST friends/search`; `GET friends/search?q=&limit=` says the same.
 */
export interface SearchPeople {
  /**
   * How many to give: 20 where absent, at most 50.
   */
  limit?: number | null;
  /**
   * A part of a username or name, whatever the case.
   */
  q?: string | null;
}
/**
 * `PUT me/push`: a subscription as a browser's `PushManager` gives it.
 */
export interface SetPush {
  /**
   * Where messages are taken.
   */
  endpoint: string;
  /**
   * When it ends, where the browser says so; not looked at.
   */
  expirationTime?: number | null;
  keys: PushKeys;
}
/**
 * `POST auth/username`.
 */
export interface SetUsername {
  /**
   * 3 to 20 of A–Z a–z 0–9 _.
   */
  username: string;
}
/**
 * `POST rooms/{id}/vote-skip`.
 */
export interface VoteToSkip {
  /**
   * Which item you mean; the current one where absent.
   */
  item_id?: ItemId | null;
}
