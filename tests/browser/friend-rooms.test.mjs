/**
 * `friend-room-client.js` in real browsers, on a page of another origin, as pages of the earlier system used it: a host
 * that plays, a listener whose page follows.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { launchAll, open } from "./harness/browsers.mjs";
import { Server } from "./harness/server.mjs";
import { until } from "./harness/until.mjs";

const SONG = { title: "Song Title", artists: ["Artist"], youtube_video_id: "dQw4w9WgXcQ" };

const GUIDE = new URL("../../docs/dialects/friend-rooms.md", import.meta.url);
const PRINTED_SERVER = "http://127.0.0.1:8080";

let server;
let pages;
let browsers;
/** What the other origin serves below its addresses: the small page, unless there is another. */
const served = new Map();

/** A small page of somebody else, which takes the script from the server. */
const small = (script) =>
  `<!doctype html><link rel="icon" href="data:,"><title>A page</title><script src="${script}"></script>`;

before(async () => {
  let script = "";
  pages = createServer(({ url }, answer) =>
    answer.setHeader("content-type", "text/html").end(served.get(url) ?? small(script)),
  );
  pages.listen(0, "127.0.0.1");
  await once(pages, "listening");
  const origin = `http://127.0.0.1:${pages.address().port}`;
  [server, browsers] = await Promise.all([
    Server.start(["--limits", "off", "--allowed-origin", origin]),
    launchAll(2),
  ]);
  script = `${server.url}/static/friend-room-client.js`;
});

after(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
  pages?.close();
  await server?.dispose();
});

/** The page, with a client that is connected and notes what it hears. */
async function connect(browser, person) {
  const { page, faults } = await open(browser, `http://127.0.0.1:${pages.address().port}`);
  const who = await page.evaluate(
    async ([base, token]) => {
      const client = new FriendRoomClient(base, token);
      const heard = { states: [], joined: [], left: [], hosts: [], errors: [] };
      client.onRoomStateChange = (state) => heard.states.push(state);
      client.onUserJoined = (user) => heard.joined.push(user.user_id);
      client.onUserLeft = (user) => heard.left.push(user.user_id);
      client.onHostChanged = (change) => heard.hosts.push(change.new_host_id);
      client.onError = (error) => heard.errors.push(error.code);
      Object.assign(globalThis, { client, heard });
      return (await client.connect()).user_id;
    },
    [server.url, person.signedIn.access_token],
  );
  assert.equal(who, person.id);
  return { page, faults };
}

const heard = (page, what) => page.evaluate((what) => globalThis.heard[what], what);

test("a listener's page follows the host's player, and takes over when the host leaves", async () => {
  const [host, friend] = await Promise.all([
    Person.guest(server.url, "Host"),
    Person.guest(server.url, "Friend"),
  ]);
  const [atHost, atFriend] = await Promise.all([connect(browsers[0], host), connect(browsers[1], friend)]);

  const room = await atHost.page.evaluate(async () => {
    const { room_id } = await client.createRoom("My Room", false);
    await client.joinRoom(room_id);
    return room_id;
  });
  const joined = await atFriend.page.evaluate((room) => client.joinRoom(room), room);
  assert.deepEqual([joined.room_id, joined.is_host, joined.room_state.host_id], [room, false, host.id]);
  await until("the host hears who came", async () =>
    (await heard(atHost.page, "joined")).includes(friend.id),
  );

  await atHost.page.evaluate((current_song) => {
    const started = performance.now();
    globalThis.player = { paused: false, at: () => 45.5 + (performance.now() - started) / 1_000 };
    client.startSync(
      () => ({ playback_state: { playing: !player.paused, position: player.at() }, current_song }),
      200,
    );
  }, SONG);
  const state = await until("the listener hears a steady host", async () => {
    const states = (await heard(atFriend.page, "states")).filter((state) => state.playback_state.playing);
    return states.length >= 5 && states.at(-1);
  });
  assert.deepEqual(state.current_song, SONG);
  const [there, here] = await Promise.all([
    atHost.page.evaluate(() => ({
      position: player.at(),
      wallMs: performance.timeOrigin + performance.now(),
    })),
    atFriend.page.evaluate(() => ({
      position: client.currentPosition(),
      wallMs: performance.timeOrigin + performance.now(),
    })),
  ]);
  const apartMs = Math.abs((here.position - there.position) * 1_000 - (here.wallMs - there.wallMs));
  assert.ok(apartMs < 250, `${apartMs} ms apart`);
  // The once-doubled, and even when paused counted, time of the earlier system would be seen here.
  await atHost.page.evaluate(() => {
    player.paused = true;
    const at = player.at();
    player.at = () => at;
  });
  const paused = await until("the listener hears the pause", async () => {
    const last = (await heard(atFriend.page, "states")).at(-1);
    return last.playback_state.playing ? undefined : last;
  });
  const standing = () => atFriend.page.evaluate(() => client.currentPosition());
  assert.equal(await standing(), paused.playback_state.position);
  assert.ok(Math.abs((await standing()) - (await atHost.page.evaluate(() => player.at()))) < 0.05);

  await atHost.page.evaluate(() => client.leaveRoom());
  await until("the listener is host", async () => (await heard(atFriend.page, "hosts")).includes(friend.id));
  assert.deepEqual(await heard(atFriend.page, "left"), [host.id]);
  assert.equal(await atFriend.page.evaluate(() => client.isHost), true);
  for (const { page, faults } of [atHost, atFriend]) {
    assert.deepEqual(await heard(page, "errors"), []);
    assert.deepEqual(faults, []);
    await page.context().close();
  }
});

test("after a restart of the server a page is back in its room by itself", async () => {
  const host = await Person.guest(server.url, "Host");
  const { page } = await connect(browsers[0], host);
  const room = await page.evaluate(async () => {
    const { room_id } = await client.createRoom("Ours", false);
    await client.joinRoom(room_id);
    client.onRoomJoined = ({ room_id }) => heard.joined.push(room_id);
    return room_id;
  });
  await server.stop();
  await server.startAgain();
  await until("the page is back", async () => (await heard(page, "joined")).includes(room));
  assert.equal(await page.evaluate(() => client.isHost), true);
  await page.context().close();
});

test("who is not let in is told why", async () => {
  const { page } = await open(browsers[0], `http://127.0.0.1:${pages.address().port}`);
  const code = await page.evaluate(async (base) => {
    try {
      await new FriendRoomClient(`${base}/api/v1`, "wrong").connect();
    } catch (error) {
      return error.code;
    }
  }, server.url);
  assert.equal(code, "AUTH_REQUIRED");
  await page.context().close();
});

/** The page as the guide prints it, on the server of this test, after what its reader has: a token, a room, a player. */
async function printedPage(token, roomId) {
  const guide = await readFile(GUIDE, "utf8");
  const examples = [...guide.matchAll(/^```html\n(.*?)^```$/gms)].map(([, example]) => example);
  assert.equal(examples.length, 1, "the guide prints one page");
  assert.ok(examples[0].includes(PRINTED_SERVER));
  return `<!doctype html><link rel="icon" href="data:,"><title>As printed</title>
<script>
  const token = ${JSON.stringify(token)};
  const roomId = ${JSON.stringify(roomId)};
  const updates = [];
  const updatePlayer = (...update) => updates.push(update);
</script>
${examples[0].replaceAll(PRINTED_SERVER, server.url)}`;
}

test("the page that the guide prints joins its room and hears what the host plays", async () => {
  const [host, friend] = await Promise.all([
    Person.guest(server.url, "Host"),
    Person.guest(server.url, "Friend"),
  ]);
  const atHost = await connect(browsers[0], host);
  const room = await atHost.page.evaluate(async () => {
    const { room_id } = await client.createRoom("As printed", false);
    await client.joinRoom(room_id);
    return room_id;
  });
  served.set("/printed", await printedPage(friend.signedIn.access_token, room));
  const { page, faults } = await open(browsers[1], `http://127.0.0.1:${pages.address().port}/printed`);
  await until("the host hears that the page came", async () =>
    (await heard(atHost.page, "joined")).includes(friend.id),
  );
  await atHost.page.evaluate((current_song) => {
    const playback_state = { playing: true, position: 45.5 };
    client.startSync(() => ({ playback_state, current_song }), 60_000);
  }, SONG);
  const [playing, position, song] = await until("the page is told to play", () =>
    page.evaluate(() => updates.find(([playing]) => playing)),
  );
  assert.equal(playing, true);
  assert.ok(position >= 45.5 && position < 60, `at ${position} s`);
  assert.deepEqual(song, SONG);
  assert.deepEqual([...faults, ...atHost.faults], []);
  await Promise.all([page, atHost.page].map((each) => each.context().close()));
});
