/**
 * The product's side of the measurement: starts the server, arranges a room with the reference in it, opens it in two
 * browsers, and presses the buttons. Takes one JSON command a line on standard input and answers each with one line.
 * Knows nothing of what is heard.
 */
import { createInterface } from "node:readline";
import { Person } from "../../tests/browser/harness/api.mjs";
import { launch, open } from "../../tests/browser/harness/browsers.mjs";
import { readyToPlay } from "../../tests/browser/harness/room.mjs";
import { Server } from "../../tests/browser/harness/server.mjs";
import { until } from "../../tests/browser/harness/until.mjs";
import { crookedClock } from "./crooked-clock.mjs";

const PASSWORD = "a measuring passphrase";

let server;
let host;
let room;
const clients = {};

const commands = {
  /** Server, host account, room, and the reference as its only item. */
  async arrange({ file }) {
    server = await Server.start(["--limits", "off"]);
    await Person.register(server.url, "bench_host", PASSWORD);
    await signInAgain();
    room = (await host.createRoom("Sync bench")).room;
    await host.add(room.room_id, await host.upload(file));
    return { port: server.port };
  },

  /** One listener each: `{name, url, env, clock: {offset_ms, ppm}, flags}`. The first one is the host. */
  async open({ listeners }) {
    for (const listener of listeners) {
      const { name, url, env, clock, flags } = listener;
      const browser = await launch({ env: { ...process.env, ...env }, flags });
      const person =
        name === "A"
          ? await Person.login(server.url, "bench_host", PASSWORD)
          : await Person.guest(server.url, `Listener ${name}`);
      await person.join(room.room_id);
      const init = crookedClock(clock);
      const { page, faults } = await open(browser, roomUrl(url), { signedIn: person.signedIn, init });
      await page.waitForFunction(() => globalThis.__tutti !== undefined);
      await readyToPlay(page);
      clients[name] = { browser, page, faults, id: person.id };
    }
    await connected(Object.values(clients));
    return {};
  },

  play: () => host.playback(room.room_id, { action: "play" }),
  pause: () => host.playback(room.room_id, { action: "pause" }),
  seek: ({ position_ms }) => host.playback(room.room_id, { action: "seek", position_ms }),

  /** A listener comes late, with the song in its cache: its page is loaded again while the others play on. */
  async rejoin({ name }) {
    const wall_ms = Date.now();
    await clients[name].page.reload();
    return { wall_ms };
  },

  signInAgain,

  async quit() {
    const faults = Object.fromEntries(Object.entries(clients).map(([name, { faults }]) => [name, faults]));
    await Promise.all(Object.values(clients).map(({ browser }) => browser.close()));
    await server?.dispose();
    return { faults };
  },
};

/** An access token lasts ten minutes at most; the browsers renew theirs themselves. */
async function signInAgain() {
  host = await Person.login(server.url, "bench_host", PASSWORD);
  return {};
}

/** With a probe, through which a page tells when it has loaded the song. */
function roomUrl(url) {
  return `${url}/room/${room.room_id}?probe=1`;
}

async function connected(expected) {
  await until("all listeners are connected", async () => {
    const { members } = await host.room(room.room_id);
    return expected.every(({ id }) => members.some((m) => m.user_id === id && m.connected));
  });
}

const answer = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...details } = JSON.parse(line);
  try {
    answer({ done: name, ...(await commands[name](details)) });
  } catch (error) {
    answer({ failed: name, why: `${error.message}\n${server?.output ?? ""}` });
  }
  if (name === "quit") break;
}
process.exit(0);
