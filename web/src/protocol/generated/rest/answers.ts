// Generated from schemas/ by `npm run types`. Do not edit.

export type UserId = string;
export type RoomId = string;
/**
 * Who may come in.
 */
export type Visibility = "public" | "friends" | "invite";
export type MessageId = string;
/**
 * Who controls the music and the playlist.
 */
export type Control = "host" | "everyone";
/**
 * What went wrong, for programs.
 */
export type ErrorCode =
  | "AUTH_REQUIRED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "CONFLICT"
  | "INVALID_REQUEST"
  | "JOIN_FAILED"
  | "UPDATE_FAILED"
  | "NOT_IN_ROOM"
  | "RATE_LIMITED"
  | "PAYLOAD_TOO_LARGE"
  | "STORAGE_FULL"
  | "READ_ONLY"
  | "OVERLOADED"
  | "INTERNAL";
/**
 * How a person stands to you.
 */
export type Relation = "none" | "friend" | "request_sent" | "request_received" | "self";
export type RequestId = string;
/**
 * What became of a friend request.
 */
export type FriendRequestStatus = "pending" | "accepted" | "rejected";
export type ItemId = string;
export type Milliseconds = number;
export type MediaId = string;
/**
 * Whether the journal takes entries.
 */
export type JournalState = "writable" | "storage_full" | "read_only";
/**
 * Whether the music runs.
 */
export type PlayState = "playing" | "paused";
export type PlaylistId = string;
/**
 * What happens at the end of a track.
 */
export type Repeat = "off" | "one" | "all";
/**
 * What is asked for.
 */
export type RequestAction = "add" | "move" | "remove" | "edit";
/**
 * What became of a request.
 */
export type RequestStatus = "pending" | "approved" | "denied" | "withdrawn";
/**
 * What a member may do.
 */
export type Role = "host" | "co_host" | "guest";
export type SessionId = string;

/**
 * `{seq}`.
 */
export interface Accepted {
  /**
   * The entry it became; the last one before it where it changed nothing.
   */
  seq: number;
}
/**
 * A room, as an admin sees it.
 */
export interface AdminRoom {
  /**
   * How many wait for data.
   */
  buffering: number;
  /**
   * How many follow it now.
   */
  connected: number;
  /**
   * How far from where it should be the middle listener is, in milliseconds; nothing where nobody reports.
   */
  drift_ms: number | null;
  /**
   * Its host.
   */
  host_id: UserId | null;
  /**
   * What its host is called.
   */
  host_name: string | null;
  /**
   * When it last changed.
   */
  last_activity: string;
  /**
   * How many belong.
   */
  member_count: number;
  /**
   * What it is called.
   */
  name: string;
  /**
   * Whether the music runs.
   */
  playing: boolean;
  room_id: RoomId;
  visibility: Visibility;
  /**
   * The same of the one who is farthest off.
   */
  worst_drift_ms: number | null;
}
/**
 * `GET admin/rooms`.
 */
export interface AdminRooms {
  /**
   * The latest active first.
   */
  rooms: AdminRoom[];
}
/**
 * An account, as an admin sees it.
 */
export interface AdminUser {
  /**
   * Since when.
   */
  created_at: string;
  /**
   * How many devices are signed in.
   */
  devices: number;
  /**
   * Since when nobody may sign in as them; nothing where they may.
   */
  disabled_at: string | null;
  /**
   * Their e-mail address.
   */
  email: string | null;
  /**
   * Whether they run the server.
   */
  is_admin: boolean;
  /**
   * No password yet: signed in on this device only.
   */
  is_guest: boolean;
  /**
   * Display name.
   */
  name: string;
  /**
   * How many rooms they belong to.
   */
  rooms: number;
  /**
   * What their uploads take, in bytes.
   */
  stored: number;
  user_id: UserId;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
/**
 * `GET admin/users`.
 */
export interface AdminUsers {
  /**
   * The latest made first.
   */
  users: AdminUser[];
}
/**
 * A person who is let in no more.
 */
export interface Banned {
  /**
   * Since when.
   */
  banned_at: string;
  banned_by: UserId;
  /**
   * Display name.
   */
  name: string;
  user_id: UserId;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
/**
 * `{bans}`.
 */
export interface Bans {
  /**
   * The latest first.
   */
  bans: Banned[];
}
/**
 * `GET rooms/{id}/chat`.
 */
export interface ChatAnswer {
  /**
   * Give this as `before_seq` for older ones; nothing where there are none.
   */
  before_seq: number | null;
  /**
   * The latest last.
   */
  messages: ChatMessage[];
}
/**
 * One message, in REST.
 */
export interface ChatMessage {
  /**
   * When.
   */
  at: string;
  message_id: MessageId;
  /**
   * What they are called now.
   */
  name: string;
  /**
   * The entry it stands in.
   */
  seq: number;
  /**
   * What; nothing where it was deleted.
   */
  text: string | null;
  user_id: UserId;
}
/**
 * The one error shape.
 */
export interface ErrorBody {
  code: ErrorCode;
  /**
   * For people: names what was wrong.
   */
  message: string;
  /**
   * When to try again, where that can help: in milliseconds from now.
   */
  retry_after_ms?: number | null;
}
/**
 * `GET features`.
 */
export interface Features {
  /**
   * Whether YouTube videos can be played, by YouTube's own player in each page.
   */
  youtube: boolean;
}
/**
 * `{users}`.
 */
export interface FoundPeople {
  /**
   * The best match first.
   */
  users: FoundPerson[];
}
/**
 * A person found.
 */
export interface FoundPerson {
  /**
   * Display name.
   */
  name: string;
  relation: Relation;
  /**
   * The request that waits between you.
   */
  request_id: RequestId | null;
  user_id: UserId;
  /**
   * Unique name.
   */
  username: string;
}
/**
 * A friend.
 */
export interface Friend {
  /**
   * Where they listen now and you may join them.
   */
  listening_in: FriendsRoom[];
  /**
   * Display name.
   */
  name: string;
  /**
   * Whether a connection of theirs is there.
   */
  online: boolean;
  /**
   * Friends since.
   */
  since: string;
  user_id: UserId;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
/**
 * A room that a friend listens in, and that you may enter.
 */
export interface FriendsRoom {
  /**
   * How many belong.
   */
  member_count: number;
  /**
   * What it is called.
   */
  name: string;
  /**
   * Whether the music runs.
   */
  playing: boolean;
  room_id: RoomId;
  visibility: Visibility;
}
/**
 * A friend request.
 */
export interface FriendRequest {
  /**
   * When they asked.
   */
  created_at: string;
  from: User;
  request_id: RequestId;
  status: FriendRequestStatus;
  to: User;
}
/**
 * A person, as others see them.
 */
export interface User {
  /**
   * No password yet: signed in on this device only.
   */
  is_guest: boolean;
  /**
   * Display name.
   */
  name: string;
  user_id: UserId;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
/**
 * `{request}`.
 */
export interface FriendRequestAnswer {
  request: FriendRequest;
}
/**
 * `{requests}`.
 */
export interface FriendRequests {
  /**
   * Those that wait, the latest first.
   */
  requests: FriendRequest[];
}
/**
 * `{friends}`.
 */
export interface Friends {
  /**
   * Those online first, then by name.
   */
  friends: Friend[];
}
/**
 * The answer to an import.
 */
export interface Imported {
  /**
   * What was added, in order.
   */
  items: Item[];
  /**
   * How many entries of the file cannot be played by others.
   */
  skipped: number;
}
/**
 * One place in a playlist, in REST.
 */
export interface Item {
  /**
   * When.
   */
  added_at: string;
  /**
   * Who put it there.
   */
  added_by: UserId | null;
  item_id: ItemId;
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
  artists: string[];
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
 * The answer to `GET invites/{code}`.
 */
export interface Invitation {
  /**
   * How many members are connected.
   */
  connected: number;
  /**
   * What those who are connected are called, the longest-present first; some of them in a large room.
   */
  here: string[];
  /**
   * What the host is called, where there is one.
   */
  host: string | null;
  /**
   * Whether the caller belongs to the room already.
   */
  member: boolean;
  /**
   * How many belong to the room.
   */
  member_count: number;
  /**
   * What the room is called.
   */
  name: string;
  /**
   * Whether it plays.
   */
  playing: boolean;
  room_id: RoomId;
  /**
   * The title of the current song.
   */
  song: string | null;
}
/**
 * `{item}`.
 */
export interface ItemAnswer {
  item: Item;
}
/**
 * How much the journal holds, and how long the disk takes.
 */
export interface JournalFigures {
  /**
   * What its files take, in bytes.
   */
  bytes: number;
  /**
   * How many entries there are.
   */
  entries: number;
  /**
   * How many rooms, users and sessions have entries.
   */
  streams: number;
  /**
   * How long the last syncs took; nothing where there was none since the start.
   */
  syncs: JournalSyncs | null;
}
/**
 * How long the last syncs took: what is acknowledged has waited for one.
 */
export interface JournalSyncs {
  /**
   * How many are looked at.
   */
  count: number;
  /**
   * Half of them took no longer, in milliseconds.
   */
  p50_ms: number;
  /**
   * 99 of 100 took no longer, in milliseconds.
   */
  p99_ms: number;
  /**
   * The longest, in milliseconds.
   */
  worst_ms: number;
}
/**
 * `POST admin/journal/verify`.
 */
export interface JournalVerified {
  /**
   * What is wrong, the first few; nothing where all is well.
   */
  damage: string[];
  /**
   * How many entries were read.
   */
  entries: number;
  /**
   * How many rooms, users and sessions have entries.
   */
  streams: number;
}
/**
 * A session: a room.
 */
export interface ListeningSession {
  control: Control;
  /**
   * When it was opened.
   */
  created_at: string;
  /**
   * Its host.
   */
  host_id: UserId | null;
  /**
   * To type.
   */
  invite_code: string;
  /**
   * To follow.
   */
  invite_url: string;
  /**
   * How many belong to it.
   */
  member_count: number;
  /**
   * What it is called.
   */
  name: string;
  session_id: RoomId;
  visibility: Visibility;
}
/**
 * Yourself.
 */
export interface Me {
  /**
   * Since when.
   */
  created_at: string;
  /**
   * Your e-mail address.
   */
  email: string | null;
  /**
   * Whether you run the server.
   */
  is_admin: boolean;
  /**
   * No password yet: signed in on this device only.
   */
  is_guest: boolean;
  /**
   * Display name.
   */
  name: string;
  /**
   * How much later than its clock says this device sounds, in milliseconds.
   */
  output_latency_ms: number;
  user_id: UserId;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
/**
 * An audio file of the library.
 */
export interface Media {
  /**
   * From its tags.
   */
  album: string | null;
  /**
   * From its tags.
   */
  artists: string[];
  /**
   * Its picture, at this path.
   */
  artwork_url: string | null;
  /**
   * What it is, as `audio/flac`.
   */
  content_type: string;
  /**
   * Its length.
   */
  duration_ms: number | null;
  media_id: MediaId;
  /**
   * Its size in bytes.
   */
  size: number;
  /**
   * From its tags, else from its file name.
   */
  title: string;
  /**
   * Who uploaded it; nobody where it lies in the media folder.
   */
  uploaded_by: UserId | null;
  /**
   * The audio, at this path.
   */
  url: string;
}
/**
 * `{media}`.
 */
export interface MediaList {
  /**
   * By artist, album and title.
   */
  media: Media[];
}
/**
 * `{message}`.
 */
export interface MessageAnswer {
  message: ChatMessage;
}
/**
 * `GET media/{id}/peaks`.
 */
export interface Peaks {
  /**
   * How loud the file is in 800 equal steps of its length: 0 is silence, 255 as loud as can be.
   */
  peaks: number[];
}
/**
 * What plays, in seconds and milliseconds.
 */
export interface PlaybackState {
  /**
   * The same as `position`.
   */
  current_time: number;
  /**
   * Whether it plays.
   */
  playing: boolean;
  /**
   * Seconds, at `timestamp`.
   */
  position: number;
  /**
   * Milliseconds, at `timestamp`.
   */
  position_ms: number;
  /**
   * When this was so: now, in server time.
   */
  timestamp: string;
}
/**
 * `{items}`.
 */
export interface Playlist {
  /**
   * As listed.
   */
  items: Item[];
}
/**
 * `GET push/key`.
 */
export interface PushKey {
  /**
   * The key to subscribe with, in base64url; nothing where this server sends nothing.
   */
  key: string | null;
}
/**
 * `{request}`.
 */
export interface RequestAnswer {
  request: RoomRequest;
}
/**
 * A request in REST.
 */
export interface RoomRequest {
  /**
   * When.
   */
  decided_at: string | null;
  /**
   * Who decided.
   */
  decided_by: UserId | null;
  payload: RequestedChange;
  /**
   * Why it was denied.
   */
  reason: string | null;
  request_id: RequestId;
  /**
   * Since when.
   */
  requested_at: string;
  requested_by: UserId;
  room_id: RoomId;
  status: RequestStatus;
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
 * `{requests}`.
 */
export interface RequestsAnswer {
  /**
   * Those that wait in the order they were asked for, then those decided, the latest decision first.
   */
  requests: RoomRequest[];
}
/**
 * A room, in REST.
 */
export interface Room {
  control: Control;
  /**
   * When it was opened.
   */
  created_at: string;
  /**
   * The place in the playlist that plays.
   */
  current_item_id: ItemId | null;
  /**
   * What plays.
   */
  current_song: Track | null;
  /**
   * Identity of the numbering.
   */
  epoch: string;
  /**
   * Its host.
   */
  host_id: UserId | null;
  /**
   * To type; only members see it.
   */
  invite_code: string | null;
  /**
   * To follow; only members see it.
   */
  invite_url: string | null;
  /**
   * `visibility` is `friends`.
   */
  is_friends_only: boolean;
  /**
   * When it last changed.
   */
  last_activity: string;
  /**
   * How many belong.
   */
  member_count: number;
  /**
   * The same people, described.
   */
  members: RoomMember[];
  /**
   * What it is called.
   */
  name: string;
  /**
   * Who belongs; in a room of more than 200 the host, the co-hosts and the longest-present, 100 in all.
   */
  participants: UserId[];
  playback_state: PlaybackState;
  /**
   * The playlist, as listed.
   */
  queue: Item[];
  repeat: Repeat;
  room_id: RoomId;
  /**
   * The last entry contained.
   */
  seq: number;
  /**
   * Whether items play in a drawn order.
   */
  shuffle: boolean;
  /**
   * How it plays, to compute with.
   */
  timeline: Timeline | null;
  visibility: Visibility;
  /**
   * Shared loudness, 0 to 1.
   */
  volume: number;
  vote_skip: VoteSkip;
}
/**
 * A member, in REST.
 */
export interface RoomMember {
  /**
   * Whether a connection of theirs watches the room.
   */
  connected: boolean;
  /**
   * The same, as an earlier system called it.
   */
  is_active: boolean;
  /**
   * Since when.
   */
  joined_at: string;
  /**
   * When they were last connected.
   */
  last_seen: string | null;
  /**
   * Whether they may listen only.
   */
  muted: boolean;
  /**
   * Display name.
   */
  name: string;
  role: Role;
  user_id: UserId;
  /**
   * Unique name; a guest has none.
   */
  username: string | null;
}
/**
 * One item placed on server time: at `t` it is at `position_ms + (t - at_ms) * rate` while playing, and never before
 * `at_ms`.
 */
export interface Timeline {
  /**
   * The anchor, in server time; in the future for a scheduled start.
   */
  at_ms: number;
  item_id: ItemId;
  /**
   * Whether it plays or stands.
   */
  playing: boolean;
  /**
   * The position at `at_ms`.
   */
  position_ms: number;
  /**
   * How fast it runs; 1 is as recorded.
   */
  rate: number;
  /**
   * When the sound starts, where playing: the same as `at_ms`.
   */
  starts_at_ms: number | null;
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
 * `{room}`.
 */
export interface RoomAnswer {
  room: Room;
}
/**
 * The answer to `rooms/create`.
 */
export interface RoomCreated {
  /**
   * To type.
   */
  invite_code: string;
  /**
   * To follow.
   */
  invite_url: string;
  room: Room;
  room_id: RoomId;
}
/**
 * An invite into a room, from a friend.
 */
export interface RoomInvite {
  /**
   * When.
   */
  invited_at: string;
  invited_by: User;
  room_id: RoomId;
  /**
   * What it is called.
   */
  room_name: string;
}
/**
 * `{invites}`.
 */
export interface RoomInvites {
  /**
   * The latest first.
   */
  invites: RoomInvite[];
}
/**
 * The answer to `rooms/join`.
 */
export interface RoomJoined {
  /**
   * Whether you are its host.
   */
  is_host: boolean;
  room: Room;
}
/**
 * `{rooms}`.
 */
export interface Rooms {
  /**
   * The latest first.
   */
  rooms: Room[];
}
/**
 * A saved playlist, without its tracks.
 */
export interface SavedPlaylist {
  /**
   * What it is called.
   */
  name: string;
  playlist_id: PlaylistId;
  /**
   * Since when.
   */
  saved_at: string;
  /**
   * How many tracks it has.
   */
  track_count: number;
}
/**
 * `{playlist, tracks}`.
 */
export interface SavedPlaylistAnswer {
  playlist: SavedPlaylist;
  /**
   * In order.
   */
  tracks: Track[];
}
/**
 * `{playlists}`.
 */
export interface SavedPlaylists {
  /**
   * The latest first.
   */
  playlists: SavedPlaylist[];
}
/**
 * `GET admin/settings`: what may be set while the server runs.
 */
export interface ServerSettings {
  /**
   * Further page origins that may use this server.
   */
  allowed_origins: string[];
  /**
   * Rooms that everybody left are closed after so long, in milliseconds.
   */
  empty_rooms_after_ms: number;
  /**
   * Whether anybody may come without a password.
   */
  guests: boolean;
  /**
   * The largest upload, in bytes.
   */
  max_upload: number;
  /**
   * The address people reach this server at; empty where it is as they asked.
   */
  public_url: string;
  /**
   * Whether there are rooms without accounts.
   */
  quick_rooms: boolean;
  /**
   * How much of each thing may be asked for, as `5/h` or `20/s burst 60`, by name.
   */
  rates: {
    [k: string]: string | undefined;
  };
  /**
   * Whether anybody may make an account.
   */
  registration: boolean;
  /**
   * How often those in sessions are told where the music is, in milliseconds.
   */
  session_resync_every_ms: number;
  /**
   * What all uploads may take, in bytes.
   */
  total_quota: number;
  /**
   * What one user may keep in uploads, in bytes.
   */
  user_quota: number;
  /**
   * Whether YouTube videos can be played, by YouTube's own player in each page.
   */
  youtube: boolean;
}
/**
 * How the server is set, and how that came.
 */
export interface ServerSettingsAnswer {
  /**
   * What was set since, by name; a rate as `rates.friend_request`.
   */
  changed: {
    [k: string]: SettingChanged | undefined;
  };
  /**
   * Whether rates are counted at all.
   */
  limits: boolean;
  settings: ServerSettings;
  start: ServerSettings;
}
/**
 * Who set something, and when.
 */
export interface SettingChanged {
  /**
   * When; unknown where it was written by hand.
   */
  at: string | null;
  /**
   * Who; nobody where it was at the command line.
   */
  by: UserId | null;
  /**
   * What they are called.
   */
  by_name: string | null;
}
/**
 * `GET admin/status`.
 */
export interface ServerStatus {
  /**
   * How many connections follow rooms or wait for news.
   */
  connections: number;
  /**
   * How many files lie in the media folder.
   */
  folder_files: number;
  /**
   * What is free on the disk of the uploads, in bytes; nothing where that cannot be told.
   */
  free: number | null;
  journal: JournalState;
  journal_figures: JournalFigures;
  /**
   * Why not, where they are not.
   */
  journal_why: string | null;
  /**
   * Server time.
   */
  now: string;
  /**
   * How many people are known, guests included.
   */
  people: number;
  /**
   * How many rooms are open.
   */
  rooms: number;
  /**
   * What they take, in bytes.
   */
  uploaded: number;
  /**
   * How many files were uploaded.
   */
  uploads: number;
  /**
   * The program's version.
   */
  version: string;
}
/**
 * A signed-in device.
 */
export interface Session {
  /**
   * What the device calls itself.
   */
  client: string;
  /**
   * The one this call came from.
   */
  current: boolean;
  /**
   * Since when.
   */
  opened_at: string;
  /**
   * When it was last refreshed.
   */
  refreshed_at: string;
  session_id: SessionId;
}
/**
 * The answer to `POST /sessions` and `POST /sessions/{code}/join`.
 */
export interface SessionEntered {
  /**
   * Seconds until it expires; `POST /sessions/{session_id}/token` gives the next one.
   */
  expires_in: number;
  role: Role;
  session: ListeningSession;
  /**
   * Opens this session and nothing else.
   */
  session_token: string;
  state: SessionState;
  user: User;
}
/**
 * How a session stands.
 */
export interface SessionState {
  playlist: SessionPlaylist;
  /**
   * Where it is at `updated_at`.
   */
  position_ms: number;
  /**
   * Now, in server time.
   */
  server_time: string;
  state: PlayState;
  /**
   * What plays, described.
   */
  track: Track | null;
  /**
   * What plays: the item of the playlist.
   */
  track_id: ItemId | null;
  /**
   * When it is at `position_ms`; a little ahead where a start is scheduled, and until then the music waits.
   */
  updated_at: string;
}
/**
 * The playlist of a session.
 */
export interface SessionPlaylist {
  /**
   * As listed.
   */
  items: Item[];
  /**
   * The ids of the items, as listed.
   */
  order: ItemId[];
}
/**
 * The answer to `GET /sessions/{session_id}`.
 */
export interface SessionShown {
  role: Role;
  session: ListeningSession;
  state: SessionState;
}
/**
 * The answer to `POST /sessions/{session_id}/token`.
 */
export interface SessionToken {
  /**
   * Seconds until it expires.
   */
  expires_in: number;
  /**
   * Opens this session and nothing else.
   */
  session_token: string;
}
/**
 * `{sessions}`.
 */
export interface Sessions {
  /**
   * The latest first.
   */
  sessions: Session[];
}
/**
 * Signed in.
 */
export interface SignedIn {
  /**
   * For `Authorization: Bearer`.
   */
  access_token: string;
  /**
   * Seconds until the access token expires.
   */
  expires_in: number;
  /**
   * For `auth/refresh`, once.
   */
  refresh_token: string;
  session_id: SessionId;
  user: User;
}
/**
 * `POST admin/users/{id}/sign-out`.
 */
export interface SignedOut {
  /**
   * How many devices were signed in.
   */
  devices: number;
}
/**
 * What stands for an access token in an address: `?token=`.
 */
export interface Ticket {
  /**
   * And for so many seconds.
   */
  expires_in: number;
  /**
   * Good once.
   */
  ticket: string;
}
/**
 * `{user}`.
 */
export interface UserAnswer {
  user: Me;
}
/**
 * `GET /version`.
 */
export interface Version {
  /**
   * The program's name.
   */
  name: string;
  /**
   * Its version.
   */
  version: string;
}
