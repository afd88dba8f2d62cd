/** The stock JavaScript Socket.IO client, as somebody in a friend room: what it is told is kept, in order. */
import assert from "node:assert/strict";
import { io } from "socket.io-client";

const PATIENCE_MS = 10_000;

export class Friend {
  #told = [];
  #look = () => {};

  /** @param {{transports?: string[]}} [how] the client's own options */
  static async connect(url, token, how = {}) {
    const friend = new Friend();
    friend.socket = io(url, { auth: { token }, reconnection: false, forceNew: true, ...how });
    friend.socket.onAny((event, data) => friend.#hearing(event, data));
    for (const event of ["connect_error", "disconnect"]) {
      friend.socket.on(event, (what) => friend.#hearing(event, what));
    }
    friend.connected = await friend.hear("connected");
    return friend;
  }

  #hearing(event, data) {
    this.#told.push([event, data]);
    this.#look();
  }

  /** The next event of that name; what comes before it is passed over. */
  hear(wanted) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`no ${wanted} among ${JSON.stringify(this.#told)}`));
      }, PATIENCE_MS);
      this.#look = () => {
        const at = this.#told.findIndex(([event]) => event === wanted);
        if (at < 0) return;
        clearTimeout(late);
        this.#look = () => {};
        resolve(this.#told.splice(0, at + 1).at(-1)[1]);
      };
      this.#look();
    });
  }

  /** By the time an answer that was asked for now is here, nothing of that name has come. */
  async hearsNo(unwanted) {
    await this.ask("ping");
    assert.deepEqual(
      this.#told.filter(([event]) => event === unwanted),
      [],
    );
  }

  say(event, data) {
    this.socket.emit(event, data);
  }

  /** Says it with an acknowledgement, and gives that. */
  ask(event, data) {
    return this.socket.timeout(PATIENCE_MS).emitWithAck(event, data);
  }

  async join(room_id) {
    this.say("join_room", { room_id });
    return this.hear("room_joined");
  }

  sync(room_id, playing, position, current_song) {
    this.say("sync_state", { room_id, playback_state: { playing, position, current_time: position }, current_song });
  }

  close() {
    this.socket.disconnect();
  }
}

export function song(title = "Song Title", youtube_video_id = "dQw4w9WgXcQ") {
  return { title, artists: ["Artist"], youtube_video_id };
}
