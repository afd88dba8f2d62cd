/** The ten lines of seed 001's testing checklist, with the stock JavaScript Socket.IO client. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Server } from "../browser/harness/server.mjs";
import { Friend, song } from "./friend-rooms.mjs";

const TRANSPORTS = { polling: ["polling"], websocket: ["websocket"], both: ["polling", "websocket"] };
const PASSWORD = "a passphrase for tests";

let server;
let count = 0;
let open = [];

/** One call: its status and its JSON. */
async function call(token, method, path, body) {
  const headers = { "content-type": "application/json" };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(`${server.url}/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? {} : JSON.parse(text) };
}

async function ok(person, method, path, body) {
  const answer = await call(person.token, method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function register() {
  const username = `friend_${++count}`;
  const { status, body } = await call(undefined, "POST", "auth/register", { username, password: PASSWORD });
  assert.equal(status, 201, JSON.stringify(body));
  return { id: body.user.user_id, username, token: body.access_token };
}

/** A socket of that person, closed after the test. */
async function connect(person, transports = TRANSPORTS.both) {
  const friend = await Friend.connect(server.url, person.token, { transports });
  open.push(friend);
  return friend;
}

describe("the testing checklist", () => {
  let host;
  let friend;
  let room;

  before(async () => {
    server = await Server.start(["--limits", "off", "--empty-rooms-after", "1s"]);
  });

  after(() => server?.dispose());

  beforeEach(async () => {
    for (const socket of open) socket.close();
    open = [];
    [host, friend] = await Promise.all([register(), register()]);
    const { request } = await ok(host, "POST", "friends/request", { username: friend.username });
    await ok(friend, "POST", "friends/accept", { request_id: request.request_id });
    room = (await ok(host, "POST", "rooms/create", { name: "Ours", is_friends_only: true })).room_id;
  });

  after(() => {
    for (const socket of open) socket.close();
  });

  test("1. user registration with username", async () => {
    const username = host.username.toUpperCase();
    const again = await call(undefined, "POST", "auth/register", { username, password: PASSWORD });
    assert.deepEqual([again.status, again.body.code], [409, "CONFLICT"]);
  });

  test("2. search users by username", async () => {
    const { users } = await ok(host, "POST", `friends/search?q=${friend.username.slice(1).toUpperCase()}&limit=20`);
    assert.ok(users.some((user) => user.user_id === friend.id));
  });

  test("3. send, accept, reject friend requests", async () => {
    const [yes, no] = await Promise.all([register(), register()]);
    for (const [other, verb] of [
      [yes, "accept"],
      [no, "reject"],
    ]) {
      await ok(host, "POST", "friends/request", { username: other.username });
      const { requests } = await ok(other, "GET", "friends/requests?type=received");
      await ok(other, "POST", `friends/${verb}`, { request_id: requests[0].request_id });
    }
    const { friends } = await ok(host, "GET", "friends");
    assert.deepEqual(friends.map((one) => one.user_id).sort(), [friend.id, yes.id].sort());
  });

  test("4. create friends-only room", async () => {
    const shown = (await ok(host, "GET", `rooms/${room}`)).room;
    assert.deepEqual([shown.is_friends_only, shown.host_id], [true, host.id]);
  });

  test("5. join room via API", async () => {
    assert.equal((await ok(friend, "POST", "rooms/join", { room_id: room })).is_host, false);
    const refused = await call((await register()).token, "POST", "rooms/join", { room_id: room });
    assert.deepEqual([refused.status, refused.body.code], [403, "JOIN_FAILED"]);
  });

  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    test(`6. connect WebSocket: ${name}`, async () => {
      const [atHost, atFriend] = await Promise.all([connect(host, transports), connect(friend, transports)]);
      assert.equal(atHost.connected.user_id, host.id);
      assert.equal((await atHost.join(room)).is_host, true);
      assert.equal((await atFriend.join(room)).is_host, false);
      assert.equal((await atHost.hear("user_joined")).user_id, friend.id);
      const atStranger = await connect(await register(), transports);
      atStranger.say("join_room", { room_id: room });
      assert.equal((await atStranger.hear("error")).code, "JOIN_FAILED");
    });
  }

  test("6. connect WebSocket: without a valid token", async () => {
    for (const token of [undefined, "wrong"]) {
      await assert.rejects(async () => {
        const { io } = await import("socket.io-client");
        const socket = io(server.url, { auth: { token }, reconnection: false, forceNew: true });
        const error = await new Promise((resolve) => socket.on("connect_error", resolve));
        socket.disconnect();
        throw error;
      }, /AUTH_REQUIRED/);
    }
  });

  test("7. host plays music, listeners sync", async () => {
    const [atHost, atFriend] = await Promise.all([connect(host), connect(friend)]);
    await atHost.join(room);
    await atFriend.join(room);
    for (const [playing, position] of [
      [true, 45.5],
      [true, 90.25],
      [false, 90.75],
    ]) {
      atHost.sync(room, playing, position, song());
      const { playback_state, current_song } = await atFriend.hear("state_synced");
      assert.deepEqual([playback_state.playing, playback_state.position], [playing, position]);
      assert.equal(playback_state.current_time, position);
      assert.deepEqual(current_song, song());
    }
    await atHost.hearsNo("state_synced");
  });

  test("8. late joiner receives current state", async () => {
    const atHost = await connect(host);
    await atHost.join(room);
    const playback_state = { playing: true, position: 45.5, current_time: 45.5 };
    assert.deepEqual(await atHost.ask("sync_state", { room_id: room, playback_state, current_song: song() }), {
      ok: true,
    });
    const since = performance.now();
    const atFriend = await connect(friend);
    const { room_state } = await atFriend.join(room);
    const elapsed = () => 45.6 + (performance.now() - since) / 1_000;
    assert.equal(room_state.current_song.youtube_video_id, song().youtube_video_id);
    assert.ok(room_state.playback_state.position >= 45.5 && room_state.playback_state.position <= elapsed());
    await sleep(500);
    atFriend.say("request_sync", { room_id: room });
    const told = await atFriend.hear("state_synced");
    assert.ok(told.playback_state.position >= 46 && told.playback_state.position <= elapsed());
  });

  test("9. host transfer when host leaves", async () => {
    const [atHost, atFriend] = await Promise.all([connect(host), connect(friend)]);
    await atHost.join(room);
    await atFriend.join(room);
    atHost.say("leave_room_socket");
    assert.equal((await atHost.hear("room_left")).room_id, room);
    assert.equal((await atFriend.hear("user_left")).user_id, host.id);
    assert.equal((await atFriend.hear("host_changed")).host_id, friend.id);
    atFriend.sync(room, true, 1, song());
    await atFriend.hearsNo("error");
  });

  test("10. room cleanup when empty", async () => {
    const atHost = await connect(host);
    await atHost.join(room);
    atHost.say("leave_room_socket", { room_id: room });
    await atHost.hear("room_left");
    for (const until = performance.now() + 10_000; ; ) {
      // Who joins keeps the room open for another second: so ask seldom.
      await sleep(1_500);
      const { status } = await call(host.token, "POST", "rooms/join", { room_id: room });
      if (status === 404) break;
      assert.ok(performance.now() < until, `the room still answers ${status}`);
      if (status === 200) await ok(host, "POST", `rooms/${room}/leave`);
    }
  });
});
