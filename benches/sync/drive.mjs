/**
 * The product's side of the measurement: starts the server, arranges rooms, opens them in browsers, and presses the
 * buttons. Takes one JSON command a line on standard input and answers each with one line. Knows nothing of what is
 * heard.
 */
import { createInterface } from "node:readline";
import { Person } from "../../tests/browser/harness/api.mjs";
import { launch, open } from "../../tests/browser/harness/browsers.mjs";
import { readyToPlay } from "../../tests/browser/harness/room.mjs";
import { Server } from "../../tests/browser/harness/server.mjs";
import { until } from "../../tests/browser/harness/until.mjs";
import { crookedClock } from "./crooked-clock.mjs";
import { followBy } from "./rules.mjs";
import { twists } from "./twists.mjs";

const PASSWORD = "a measuring passphrase";
let server;
let host;
const uploads = new Map();
const rooms = {};
const clients = {};

const commands = {
  /** The server, and the host's account. */
  async arrange() {
    server = await Server.start(["--limits", "off"]);
    await Person.register(server.url, "bench_host", PASSWORD);
    await signInAgain();
    return { port: server.port };
  },

  /** A room with these files as its playlist. */
  async room({ name, files }) {
    const { room } = await host.createRoom(`Sync bench ${name}`, "public");
    rooms[name] = room.room_id;
    for (const file of files) {
      if (!uploads.has(file)) uploads.set(file, await host.upload(file));
      await host.add(room.room_id, uploads.get(file));
    }
    return {};
  },

  /** One listener: `kind` is `tutti` or one of the rules, `clock` how its clocks are bent, `twist` what else is odd. */
  async open({ room, kind, name, url, env, clock, twist }) {
    const browser = await launch({ env: { ...process.env, ...env } });
    const person = await Person.guest(server.url, `Listener ${name}`);
    await person.join(rooms[room]);
    const init = [crookedClock(clock), ...twist.map((each) => twists[each])].join(";");
    const opened = kind === "tutti" ? tuttiPage : plainPage;
    const { page, faults } = await opened(browser, { url, person, room: rooms[room], kind, init });
    clients[name] = { browser, page, faults };
    await until(`${name} is connected`, async () => {
      const { members } = await host.room(rooms[room]);
      return members.some((m) => m.user_id === person.id && m.connected);
    });
    const system = await browser.newBrowserCDPSession();
    const { processInfo } = await system.send("SystemInfo.getProcessInfo");
    const process_id = processInfo.find(({ type }) => type === "browser").id;
    return { version: browser.version(), process_id };
  },

  play: ({ room }) => host.playback(rooms[room], { action: "play" }),
  pause: ({ room }) => host.playback(rooms[room], { action: "pause" }),
  seek: ({ room, position_ms }) => host.playback(rooms[room], { action: "seek", position_ms }),

  /** A listener comes late, with the song in its cache: its page is loaded again while the others play on. */
  async rejoin({ name }) {
    const wall_ms = Date.now();
    await clients[name].page.reload();
    return { wall_ms };
  },

  /** Another tab comes before a listener's page, or goes away again. */
  async hide({ name, hidden }) {
    await clients[name].page.evaluate((wanted) => globalThis.__hide(wanted), hidden);
    return {};
  },

  signInAgain,

  async quit() {
    const faults = Object.fromEntries(Object.entries(clients).map(([name, { faults }]) => [name, faults]));
    await Promise.all(Object.values(clients).map(({ browser }) => browser.close()));
    await server?.dispose();
    return { faults };
  },
};

/** With a probe, through which the page tells when it has loaded the song. */
async function tuttiPage(browser, { url, person, room, init }) {
  const opened = await open(browser, `${url}/room/${room}?probe=1`, { signedIn: person.signedIn, init });
  await opened.page.waitForFunction(() => globalThis.__tutti !== undefined);
  await readyToPlay(opened.page, { withinMs: 60_000 });
  return opened;
}

/** Where the server has no page: a plain document of its origin, in which a rule can follow the room. */
async function plainPage(browser, { url, person, room, kind, init }) {
  const context = await browser.newContext();
  await context.addInitScript(`${init};${followBy({ kind, room, token: person.signedIn.access_token })}`);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  await page.goto(`${url}/api/v1/nothing`);
  await page.waitForFunction(() => globalThis.__rule.ready);
  return { page, faults };
}

/** An access token lasts ten minutes at most; the browsers renew theirs themselves. */
async function signInAgain() {
  host = await Person.login(server.url, "bench_host", PASSWORD);
  return {};
}

const answer = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...details } = JSON.parse(line);
  try {
    answer({ done: name, ...(await commands[name](details)) });
  } catch (error) {
    answer({ failed: `${name} ${details.name ?? ""}`, why: `${error.message}\n${server?.output ?? ""}` });
  }
  if (name === "quit") break;
}
process.exit(0);
