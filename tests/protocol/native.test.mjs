/** The native socket from JavaScript, with a client that shares no code with the page's. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import WebSocket from "ws";
import { Person } from "../browser/harness/api.mjs";
import { Server } from "../browser/harness/server.mjs";

let server;
let host;
let listener;
let room;

before(async () => {
  server = await Server.start(["--limits", "off"]);
  [host, listener] = await Promise.all([Person.guest(server.url, "Host"), Person.guest(server.url, "Listener")]);
  room = (await host.createRoom("Room", "public")).room_id;
  await listener.join(room);
});

after(() => server?.dispose());

/** A socket that has said hello, and the messages it hears, in order. */
async function connect(person, { protocol = "tutti.v1" } = {}) {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`, protocol);
  const heard = [];
  const waiting = [];
  socket.on("message", (data, isBinary) => {
    assert.equal(isBinary, false);
    heard.push(JSON.parse(data.toString()));
    for (const look of waiting) look();
  });
  await once(socket, "open");
  const say = (message) => socket.send(JSON.stringify(message));
  /** The next message of a type. */
  const hear = (type) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no ${type} among ${JSON.stringify(heard)}`)), 10_000);
      const look = () => {
        const at = heard.findIndex((message) => message.type === type);
        if (at < 0) return;
        clearTimeout(late);
        waiting.splice(waiting.indexOf(look), 1);
        resolve(heard.splice(at, 1)[0]);
      };
      waiting.push(look);
      look();
    });
  say({ type: "hello", token: person.signedIn.access_token, client: "ws" });
  await hear("welcome");
  return { socket, say, hear };
}

test("the subprotocol is agreed on", async () => {
  const { socket } = await connect(host);
  assert.equal(socket.protocol, "tutti.v1");
  socket.close();
});

test("what the host does is heard by the listener, as one entry", async () => {
  const [one, other] = await Promise.all([connect(host), connect(listener)]);
  other.say({ type: "watch", room_id: room });
  const { seq } = await other.hear("snapshot");
  one.say({ type: "command", command_id: "js-1", room_id: room, command: { type: "rename", name: "Renamed" } });
  const [accepted, entry] = await Promise.all([one.hear("accepted"), other.hear("entry")]);
  assert.equal(entry.seq, seq + 1);
  assert.equal(accepted.seq, entry.seq);
  assert.deepEqual(entry.events, [{ type: "renamed", name: "Renamed" }]);
  one.socket.close();
  other.socket.close();
});

test("a ping is answered, and a close is closed", async () => {
  const { socket } = await connect(host);
  socket.ping("are you there");
  const [payload] = await once(socket, "pong");
  assert.equal(payload.toString(), "are you there");
  socket.close(1000, "enough");
  const [code] = await once(socket, "close");
  assert.equal(code, 1000);
});
