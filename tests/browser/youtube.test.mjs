/**
 * YouTube's videos, played together. YouTube itself is never reached: a stand-in answers for it, which starts late, seeks
 * late and shows adverts as the real one does, and which knows what it really plays.
 */
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { Person } from "./harness/api.mjs";
import { launchAll, open, picture } from "./harness/browsers.mjs";
import { readyToPlay } from "./harness/room.mjs";
import { Server } from "./harness/server.mjs";
import { until } from "./harness/until.mjs";
import { frameOf, standIn, truth } from "./harness/youtube-stand-in.mjs";
import { steps } from "./harness/steps.mjs";

/** What the tier promises, and what reading it adds: a quarter of a second from the room. */
const NEAR_MS = 320;
const TIDE = "tide_______";
const LANTERN = "lantern____";
const LOCKED = "locked_____";
const VIDEOS = {
  [TIDE]: { title: "Tide", author: "Ana - Topic", seconds: 240 },
  [LANTERN]: { title: "Lantern", author: "Ben", seconds: 200 },
  [LOCKED]: { title: "Locked", seconds: 100, error: 150 },
};
const watch = (id) => `https://www.youtube.com/watch?v=${id}&t=43s`;

let server;
let browsers;
let admin;
let ana;
let ben;
let room;
let path;

before(async () => {
  [server, browsers] = await Promise.all([
    Server.start(["--limits", "off", "--youtube", "on"]),
    launchAll(2),
  ]);
  admin = await Person.register(server.url, "admin", "quince orchard lantern");
  [ana, ben] = await Promise.all(["Ana", "Ben"].map((name) => Person.guest(server.url, name)));
  ({ room } = await ana.createRoom("Kitchen", "public"));
  await ben.join(room.room_id);
  path = `/room/${room.room_id}?probe=1`;
});

after(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
  await server?.dispose();
});

let seed = 0;
/** A page of somebody in the room, whose YouTube behaves as `how` says. */
async function enter(browser, person, how = {}, at = server) {
  seed += 1;
  let asked;
  const prepare = async (context) => {
    ({ asked } = await standIn(context, { videos: VIDEOS, seed: seed * 7_919, ...how }));
  };
  const { page, faults } = await open(browser, `${at.url}${path}`, { signedIn: person.signedIn, prepare });
  await page.waitForFunction(() => globalThis.__tutti?.room.live);
  return Object.assign(page, { faults, asked });
}

const button = (page, name) => page.getByRole("button", { name, exact: true }).first();

async function add(page, address) {
  await button(page, "Add music").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Link", exact: true }).click();
  await dialog.getByLabel("Address of an audio file or a YouTube video").fill(address);
  await dialog.getByRole("button", { name: "Add link" }).click();
  return dialog;
}

/** How late the video really is, in ms; null while it does not move. */
async function late(page) {
  const roomLagMs = await page.evaluate(
    () => performance.timeOrigin + performance.now() - globalThis.__tutti.room.positionMs(),
  );
  const really = await truth(page);
  return really?.moves ? really.lagMs - roomLagMs : null;
}

/** Waits until all are near the room's place, and stay there. */
async function together(pages, withinMs = 20_000) {
  let figures;
  const near = async () => {
    figures = await Promise.all(pages.map(late));
    return figures.every((ms) => ms !== null && Math.abs(ms) <= NEAR_MS);
  };
  for (let looks = 0; looks < 3; looks++) {
    await until("all hear the room's moment", near, { withinMs }).catch((error) => {
      throw new Error(`${error.message}: ${figures}`);
    });
    await until("time goes by", () => new Promise((resolve) => setTimeout(() => resolve(true), 500)));
  }
  const spread = Math.max(...figures) - Math.min(...figures);
  assert.ok(spread <= 2 * NEAR_MS, `${spread} ms apart`);
}

const sync = (page, person) =>
  page.evaluate((id) => {
    const { members } = globalThis.__tutti.room.view;
    return members.find((member) => member.user_id === id)?.sync ?? {};
  }, person.id);

let host;
let guest;

const step = steps();

step("a link becomes a video, and two pages hear the same moment of it", async () => {
  host = await enter(browsers[0], ana);
  guest = await enter(browsers[1], ben);
  assert.deepEqual(host.asked, [], "nothing of YouTube is loaded before it is wanted");
  await (await add(host, watch(TIDE))).waitFor({ state: "detached" });
  await guest.getByRole("heading", { name: "Tide", exact: true }).waitFor();
  await Promise.all([host, guest].map((page) => readyToPlay(page)));
  await button(host, "Play").click();
  await together([host, guest]);
  const box = await guest.locator("iframe").boundingBox();
  assert.ok(box.width >= 200 && box.height >= 200, "it is seen as large as YouTube asks for");
  await picture(guest, "youtube");
});

step("its length comes into the playlist by itself", async () => {
  const track = await until("it is there", async () => {
    const [{ track }] = (await ana.room(room.room_id)).queue;
    return track.duration_ms && track;
  });
  assert.equal(track.duration_ms, 240_000);
  assert.deepEqual(track.artists, ["Ana"]);
});

step("the tier is told", async () => {
  await guest
    .getByRole("button", { name: /^Your sync/ })
    .first()
    .click();
  await guest.getByText("YouTube: within about a quarter of a second").waitFor();
  await guest.getByRole("dialog").getByRole("button", { name: "Close" }).click();
});

step("after a seek, a pause and a play, they are together again", async () => {
  await ana.playback(room.room_id, { action: "seek", position_ms: 90_000 });
  await together([host, guest]);
  await button(host, "Pause").click();
  await until("both stand", async () => {
    const all = await Promise.all([host, guest].map(truth));
    return all.every(({ state }) => state === 2);
  });
  await button(host, "Play").click();
  await together([host, guest]);
});

step("who comes late is at the room's place", async () => {
  await guest.context().close();
  guest = await enter(browsers[1], ben);
  await together([host, guest]);
});

step("a line that runs dry is told to the others, and caught up with", async () => {
  await frameOf(guest).evaluate(() => globalThis.sim.stall(4_000));
  await until("the others are told", async () => (await sync(host, ben)).buffering);
  await together([host, guest]);
  await until("that it is over, too", async () => (await sync(host, ben)).buffering === false);
});

step("an advert on one page drags nobody along, and the page comes back from it", async () => {
  const before = await host.evaluate(() => globalThis.__tutti.room.view.state.timeline);
  await frameOf(guest).evaluate(() => globalThis.sim.advertise(6_000));
  await guest.getByText("YouTube shows an advert or waits.", { exact: false }).waitFor();
  const untouched = await late(host);
  assert.ok(untouched !== null && Math.abs(untouched) <= NEAR_MS, `the other is ${untouched} ms late`);
  await together([host, guest], 30_000);
  assert.deepEqual(await host.evaluate(() => globalThis.__tutti.room.view.state.timeline), before);
});

step("a video that may not be embedded says so, and the host can skip it", async () => {
  const dialog = await add(host, `https://youtu.be/${LOCKED}`);
  await dialog.getByText("Its owner does not allow it to be played outside YouTube.").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  // An older playlist may have one all the same.
  await ana.addVideo(room.room_id, "Locked", [], LOCKED);
  await (await add(host, `https://music.youtube.com/watch?v=${LANTERN}`)).waitFor({ state: "detached" });
  const { queue } = await ana.room(room.room_id);
  await ana.playback(room.room_id, { action: "select", item_id: queue[1].item_id });
  for (const page of [host, guest]) {
    await page.getByText("Its owner does not allow it to be played outside YouTube.").waitFor();
  }
  await button(host, "Next").click();
  await together([host, guest]);
});

step("no page complained, and nothing but the stand-in was asked for", () => {
  assert.deepEqual({ host: host.faults, guest: guest.faults }, { host: [], guest: [] });
});

step("a browser that withholds sound is given its tap", async () => {
  await guest.context().close();
  guest = await enter(browsers[1], ben, { refuses: true });
  await button(guest, "Tap to join audio").click();
  await together([host, guest]);
});

step("without YouTube in reach the page says that, and tries again when asked", async () => {
  await guest.context().close();
  guest = await enter(browsers[1], ben, { absent: true });
  await guest.getByText("YouTube could not be reached from here.").waitFor();
  await button(guest, "Try again").waitFor();
});

step("a server with YouTube off says so, loads nothing of it, and its policy has no word of it", async () => {
  await guest.context().close();
  await host.context().close();
  await server.stop();
  server.flags = ["--limits", "off"];
  await server.startAgain();
  host = await enter(browsers[0], ana);
  await host.getByText("This server has YouTube switched off.").waitFor();
  const dialog = await add(host, watch(TIDE));
  await dialog.getByText("so its videos cannot be played here", { exact: false }).waitFor();
  assert.deepEqual(host.asked, []);
  assert.deepEqual(host.faults, []);
  const answer = await fetch(server.url);
  assert.ok(!answer.headers.get("content-security-policy").includes("youtube"));
});

step("switched on while the server runs, it plays in a page that is loaded again", async () => {
  await host.context().close();
  host = await enter(browsers[0], ana);
  await host.getByText("This server has YouTube switched off.").waitFor();
  await admin.set({ youtube: true });
  await host.getByText("This server has YouTube switched off.").waitFor();
  await host.reload();
  await host.waitForFunction(() => globalThis.__tutti?.room.live);
  await together([host]);
  assert.deepEqual(host.faults, []);
});
