/**
 * A person at the REST interface: signs up, makes rooms, uploads, presses play. Only what the tests arrange or look at;
 * what they test is done in the pages themselves.
 */
import { openAsBlob } from "node:fs";
import { basename } from "node:path";

/** What a browser would say of itself: it names the signed-in device. */
const AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";

export class Person {
  #url;
  #token;

  constructor(url, signedIn) {
    this.#url = url;
    this.#token = signedIn.access_token;
    /** The answer to the sign-in, which `signIn` puts into a browser. */
    this.signedIn = signedIn;
    this.id = signedIn.user.user_id;
  }

  static async guest(url, name) {
    return new Person(url, await call(url, "POST", "auth/guest", { name }));
  }

  static async register(url, username, password) {
    return new Person(url, await call(url, "POST", "auth/register", { username, password }));
  }

  static async login(url, username, password) {
    return new Person(url, await call(url, "POST", "auth/login", { username, password }));
  }

  async me() {
    return (await this.#call("GET", "me")).user;
  }

  /** @param {"invite" | "friends" | "public"} [visibility] */
  createRoom(name, visibility = "invite") {
    return this.#call("POST", "rooms/create", { name, visibility });
  }

  /** Asks somebody to be a friend. */
  async askFriend(username) {
    return (await this.#call("POST", "friends/request", { username })).request;
  }

  /** They ask each other, which makes them friends. */
  async befriend(other) {
    await this.askFriend(other.signedIn.user.username);
    await other.askFriend(this.signedIn.user.username);
  }

  /** Invites a friend. */
  invite(room_id, user_id) {
    return this.#call("POST", `rooms/${room_id}/invite`, { user_id });
  }

  /** @param {string} [invite_code] where the room takes one */
  join(room_id, invite_code) {
    return this.#call("POST", "rooms/join", invite_code === undefined ? { room_id } : { invite_code });
  }

  async room(room_id) {
    return (await this.#call("GET", `rooms/${room_id}`)).room;
  }

  async upload(file, name = basename(file)) {
    const form = new FormData();
    form.append("file", await openAsBlob(file), name);
    return this.#call("POST", "media", form);
  }

  /** @param {"kick" | "ban" | "unban" | "mute" | "unmute"} how */
  moderate(room_id, how, user_id) {
    return this.#call("POST", `rooms/${room_id}/${how}`, { user_id });
  }

  close(room_id) {
    return this.#call("DELETE", `rooms/${room_id}`);
  }

  voteSkip(room_id) {
    return this.#call("POST", `rooms/${room_id}/vote-skip`, {});
  }

  /** Puts an address of somewhere at the end of a room's playlist. */
  addLink(room_id, title, url) {
    const track = { title, artists: [], url, duration_ms: 180_000 };
    return this.#call("POST", `rooms/${room_id}/playlist`, { track });
  }

  /** Sets the server while it runs, which its admin may. */
  set(settings) {
    return this.#call("PATCH", "admin/settings", settings);
  }

  /** Puts a YouTube video at the end of a room's playlist. */
  async addVideo(room_id, title, artists, youtube_video_id, duration_ms) {
    const track = { title, artists, youtube_video_id, duration_ms };
    return (await this.#call("POST", `rooms/${room_id}/playlist`, { track })).item;
  }

  /** Puts an uploaded medium at the end of a room's playlist, or asks for it where that is a guest's part. */
  async add(room_id, media) {
    const { media_id, title, artists, duration_ms, artwork_url } = media;
    const track = { title, artists, duration_ms, media_id, ...(artwork_url ? { artwork_url } : {}) };
    const { item, request } = await this.#call("POST", `rooms/${room_id}/playlist`, { track });
    return item ?? request;
  }

  /** @param {object} body such as `{action: "play"}` or `{action: "seek", position_ms: 1000}` */
  playback(room_id, body) {
    return this.#call("POST", `rooms/${room_id}/playback`, body);
  }

  /** Takes everything out of a room's playlist. */
  clear(room_id) {
    return this.#call("DELETE", `rooms/${room_id}/playlist`);
  }

  #call(method, path, body) {
    return call(this.#url, method, path, body, this.#token);
  }
}

async function call(url, method, path, body, token) {
  const headers = { "user-agent": AGENT };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers["content-type"] = "application/json";
  const payload = form || body === undefined ? body : JSON.stringify(body);
  const answer = await fetch(`${url}/api/v1/${path}`, { method, headers, body: payload });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}
