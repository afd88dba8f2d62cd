/**
 * `FriendRoomClient`: friend rooms over Socket.IO and REST, with the interface that pages of the earlier system know.
 * Knows no page and plays no sound: it says where the music is, and passes on where a host's player is.
 */
import { io, type Socket } from "socket.io-client";
import { carriedTo, type PlaybackState, positionAt, ServerClock } from "./position";

export interface Song {
  title: string;
  artists?: string[];
  youtube_video_id?: string;
  [more: string]: unknown;
}

/** What to play, now: `playback_state` is carried on to the moment it is handed over. */
export interface RoomState {
  playback_state: PlaybackState;
  current_song: Song | null;
  timestamp: string;
}

export interface RoomJoined {
  room_id: string;
  room_state: RoomState & { host_id: string; name: string; participants: string[] };
  is_host: boolean;
  timestamp: string;
}

/** What a host's page says of its player. */
export interface Report {
  playback_state: { playing: boolean; position: number; current_time?: number };
  current_song?: Song | null;
}

interface Failure {
  code?: string;
  message: string;
  retry_after_ms?: number;
}

type Listener<T> = ((what: T) => void) | null;
/** An access token, or a way to get a fresh one: those are short-lived. */
type Token = string | (() => string | Promise<string>);

const ANSWER_WITHIN_MS = 10_000;
const FIRST_PROBES = 5;
const PROBE_EVERY_MS = 10_000;
const RENEW_EVERY_MS = 4 * 60_000;

/** What the server refused, with its code. */
export class FriendRoomError extends Error {
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  constructor({ code, message, retry_after_ms }: Failure) {
    super(message);
    this.name = "FriendRoomError";
    this.code = code ?? "INTERNAL";
    this.retryAfterMs = retry_after_ms;
  }
}

export class FriendRoomClient {
  onConnected: Listener<{ user_id: string; timestamp: string }> = null;
  onDisconnected: Listener<string> = null;
  onRoomJoined: Listener<RoomJoined> = null;
  onRoomLeft: Listener<{ room_id: string; timestamp: string }> = null;
  onRoomStateChange: Listener<RoomState> = null;
  onUserJoined: Listener<{ user_id: string; timestamp: string }> = null;
  onUserLeft: Listener<{ user_id: string; timestamp: string }> = null;
  onHostChanged: Listener<{ host_id: string; new_host_id: string; timestamp: string }> = null;
  onError: Listener<FriendRoomError> = null;

  userId: string | null = null;
  currentRoom: string | null = null;
  isHost = false;

  readonly #base: string;
  readonly #token: Token;
  readonly #clock = new ServerClock(() => performance.timeOrigin + performance.now());
  #socket: Socket | null = null;
  #state: RoomState | null = null;
  #syncing: ReturnType<typeof setInterval> | undefined;
  #timers: ReturnType<typeof setInterval>[] = [];

  /** @param apiBase where the server is, with or without `/api/v1`; this page's own server where empty */
  constructor(apiBase: string, token: Token) {
    const base = apiBase.replace(/\/+$/, "").replace(/\/api\/v1$/, "");
    this.#base = base === "" ? globalThis.location.origin : base;
    this.#token = token;
  }

  get connected(): boolean {
    return this.#socket?.connected ?? false;
  }

  /** Connects, and resolves once the server knows who this is. Comes back by itself when the connection breaks. */
  connect(): Promise<{ user_id: string; timestamp: string }> {
    this.disconnect();
    const socket = io(this.#base, {
      transports: ["websocket", "polling"],
      forceNew: true,
      auth: (give) => void this.#freshToken().then((token) => give({ token })),
    });
    this.#socket = socket;
    this.#listen(socket);
    this.#timers = [
      setInterval(() => void this.#probe(), PROBE_EVERY_MS),
      setInterval(() => void this.#renew(), RENEW_EVERY_MS),
    ];
    return new Promise((resolve, reject) => {
      socket.once("connected", resolve);
      socket.on("connect_error", (error) => {
        const failure = understood(error);
        this.onError?.(failure);
        // Turned away for good: only a connection that could not be made is tried again.
        if (!socket.active) reject(failure);
      });
    });
  }

  disconnect(): void {
    this.stopSync();
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    this.#socket?.disconnect();
    this.#socket = null;
    this.#state = null;
    this.currentRoom = null;
    this.isHost = false;
  }

  /** Opens a room; the answer has its `room_id`, `invite_code` and `invite_url`. */
  createRoom(name?: string, isFriendsOnly = false): Promise<{ room_id: string } & Record<string, unknown>> {
    return this.#call("POST", "rooms/create", { name, is_friends_only: isFriendsOnly });
  }

  /** Enters a room, as a member from then on where it lets us in. */
  async joinRoom(roomId: string, inviteCode?: string): Promise<RoomJoined> {
    const asked =
      inviteCode === undefined ? { room_id: roomId } : { room_id: roomId, invite_code: inviteCode };
    return this.#ask<RoomJoined>("join_room", asked);
  }

  async leaveRoom(roomId?: string): Promise<void> {
    this.stopSync();
    await this.#ask("leave_room_socket", roomId === undefined ? {} : { room_id: roomId });
  }

  /** As host: says what this page plays, now and every `intervalMs`. */
  startSync(getState: () => Report | null, intervalMs = 1_000): void {
    this.stopSync();
    const say = () => {
      const report = getState();
      if (report !== null) this.syncState(report);
    };
    say();
    this.#syncing = setInterval(say, intervalMs);
  }

  stopSync(): void {
    clearInterval(this.#syncing);
    this.#syncing = undefined;
  }

  /** As host: says once what this page plays. Half the way there is allowed for. */
  syncState({ playback_state, current_song }: Report): void {
    if (this.#socket?.connected !== true || this.currentRoom === null) return;
    const { playing, position } = playback_state;
    const there = playing ? position + this.#clock.roundTripMs / 2_000 : position;
    this.#socket.emit("sync_state", {
      room_id: this.currentRoom,
      playback_state: { playing, position: there, current_time: there },
      ...(current_song == null ? {} : { current_song }),
    });
  }

  /** Asks what plays now; `onRoomStateChange` hears it too. */
  async requestSync(roomId: string | null = this.currentRoom): Promise<RoomState> {
    return this.#carried(await this.#ask<RoomState>("request_sync", { room_id: roomId }));
  }

  /** Where the music of the room is now, in seconds; nothing before anything was heard of it. */
  currentPosition(): number | null {
    return this.#state === null ? null : positionAt(this.#state.playback_state, this.#clock.now());
  }

  /** Where the music of a state is now, in seconds. */
  syncPlayback(state: PlaybackState): number {
    return positionAt(state, this.#clock.now());
  }

  /** Server time, in milliseconds since 1970. */
  serverNow(): number {
    return this.#clock.now();
  }

  getRoom(roomId: string): Promise<Record<string, unknown>> {
    return this.#call("GET", `rooms/${roomId}`);
  }

  getRooms(): Promise<Record<string, unknown>> {
    return this.#call("GET", "rooms");
  }

  searchUsers(query: string, limit = 20): Promise<Record<string, unknown>> {
    return this.#call("POST", `friends/search?q=${encodeURIComponent(query)}&limit=${limit}`);
  }

  sendFriendRequest(username: string): Promise<Record<string, unknown>> {
    return this.#call("POST", "friends/request", { username });
  }

  acceptFriendRequest(requestId: string): Promise<Record<string, unknown>> {
    return this.#call("POST", "friends/accept", { request_id: requestId });
  }

  rejectFriendRequest(requestId: string): Promise<Record<string, unknown>> {
    return this.#call("POST", "friends/reject", { request_id: requestId });
  }

  getFriendRequests(type: "sent" | "received" = "received"): Promise<Record<string, unknown>> {
    return this.#call("GET", `friends/requests?type=${type}`);
  }

  getFriends(): Promise<Record<string, unknown>> {
    return this.#call("GET", "friends");
  }

  removeFriend(friendId: string): Promise<Record<string, unknown>> {
    return this.#call("DELETE", `friends/${friendId}`);
  }

  #listen(socket: Socket): void {
    socket.on("connected", (who: { user_id: string; timestamp: string }) => {
      this.userId = who.user_id;
      this.onConnected?.(who);
    });
    socket.on("connect", () => {
      for (let n = 0; n < FIRST_PROBES; n++) void this.#probe();
      const room = this.currentRoom;
      if (room !== null) void this.joinRoom(room).catch((error) => this.onError?.(error));
    });
    socket.on("disconnect", (why) => {
      this.onDisconnected?.(why);
      // Sent away, since a token expired: come back with a fresh one, where there is a way to get it.
      if (why === "io server disconnect" && typeof this.#token !== "string") socket.connect();
    });
    socket.on("room_joined", (joined: RoomJoined) => {
      this.currentRoom = joined.room_id;
      this.isHost = joined.is_host;
      this.onRoomJoined?.(joined);
      this.#heard(joined.room_state);
    });
    socket.on("room_left", (left: { room_id: string; timestamp: string }) => {
      if (this.currentRoom === left.room_id) {
        this.stopSync();
        this.currentRoom = null;
        this.#state = null;
        this.isHost = false;
      }
      this.onRoomLeft?.(left);
    });
    socket.on("host_changed", (changed: { host_id: string; new_host_id: string; timestamp: string }) => {
      this.isHost = changed.new_host_id === this.userId;
      this.onHostChanged?.(changed);
    });
    socket.on("state_synced", (state: RoomState) => this.#heard(state));
    socket.on("user_joined", (who) => this.onUserJoined?.(who));
    socket.on("user_left", (who) => this.onUserLeft?.(who));
    socket.on("error", (failure: Failure) => this.onError?.(new FriendRoomError(failure)));
  }

  #heard({ playback_state, current_song, timestamp }: RoomState): void {
    this.#state = { playback_state, current_song, timestamp };
    this.onRoomStateChange?.(this.#carried(this.#state));
  }

  #carried(state: RoomState): RoomState {
    return { ...state, playback_state: carriedTo(state.playback_state, this.#clock.now()) };
  }

  async #probe(): Promise<void> {
    const socket = this.#socket;
    if (socket?.connected !== true) return;
    const now = () => performance.timeOrigin + performance.now();
    const sentMs = now();
    try {
      const { timestamp } = await socket.timeout(ANSWER_WITHIN_MS).emitWithAck("ping");
      this.#clock.take({ sentMs, serverMs: Date.parse(timestamp), heardMs: now() });
    } catch {
      // A probe that is lost is simply not counted.
    }
  }

  async #renew(): Promise<void> {
    if (typeof this.#token === "string" || !this.connected) return;
    const token = await this.#freshToken();
    await this.#ask("authenticate", { token }).catch((error) => this.onError?.(error));
  }

  async #freshToken(): Promise<string> {
    return typeof this.#token === "string" ? this.#token : await this.#token();
  }

  /** Says something and waits for its answer, or throws what the server refused. */
  async #ask<T>(event: string, data: unknown): Promise<T> {
    if (this.#socket === null) throw new FriendRoomError({ code: "AUTH_REQUIRED", message: "connect first" });
    const answer = await this.#socket.timeout(ANSWER_WITHIN_MS).emitWithAck(event, data);
    if (typeof answer?.code === "string") throw new FriendRoomError(answer);
    return answer;
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { authorization: `Bearer ${await this.#freshToken()}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const answer = await fetch(`${this.#base}/api/v1/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = text === "" ? {} : JSON.parse(text);
    if (!answer.ok) throw new FriendRoomError(json);
    return json;
  }
}

/** What a connection that was refused says: our one error shape, as text; or the network's own words. */
function understood(error: Error): FriendRoomError {
  try {
    return new FriendRoomError(JSON.parse(error.message));
  } catch {
    return new FriendRoomError({ code: "OVERLOADED", message: error.message });
  }
}
