import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { DESKTOP, launch, open, picture } from "./harness/browsers.mjs";
import { chirps, writeWav } from "./harness/media.mjs";
import { reading, readyToPlay, sounding, withProbe } from "./harness/room.mjs";
import { Server } from "./harness/server.mjs";
import { until } from "./harness/until.mjs";

let server;
let browser;
let host;
let guest;
let room_id;

/** What a lock screen would show and offer, and how many screens are kept awake; a headless browser has neither. */
function lockScreen() {
  globalThis.__lock = { handlers: {}, awake: 0, taken: 0 };
  const set = MediaSession.prototype.setActionHandler;
  MediaSession.prototype.setActionHandler = function (action, handler) {
    set.call(this, action, handler);
    if (handler === null) delete globalThis.__lock.handlers[action];
    else globalThis.__lock.handlers[action] = handler;
  };
  WakeLock.prototype.request = async () => {
    globalThis.__lock.awake += 1;
    globalThis.__lock.taken += 1;
    const lock = new EventTarget();
    lock.release = async () => {
      globalThis.__lock.awake -= 1;
      lock.dispatchEvent(new Event("release"));
    };
    return lock;
  };
}

before(async () => {
  [server, browser] = await Promise.all([Server.start(["--limits", "off"]), launch()]);
  const [ana, ben] = await Promise.all([Person.guest(server.url, "Ana"), Person.guest(server.url, "Ben")]);
  ({ room_id } = await ana.createRoom("Kitchen", "public"));
  await ben.join(room_id);
  for (const title of ["First", "Second"]) {
    const file = join(server.folder, `${title}.wav`);
    await writeWav(file, chirps(60), title);
    await ana.add(room_id, await ana.upload(file));
  }
  const enter = async (person) => {
    const signedIn = person.signedIn;
    const at = `${server.url}/room/${room_id}`;
    const opened = await open(browser, at, { viewport: DESKTOP, signedIn, init: `(${lockScreen})()` });
    await withProbe(opened.page);
    await readyToPlay(opened.page);
    return opened;
  };
  [host, guest] = [await enter(ana), await enter(ben)];
});

after(async () => {
  await browser?.close();
  await server?.dispose();
});

const press = (key) => host.page.keyboard.press(key);
const device = (page) => page.evaluate(() => JSON.parse(localStorage.getItem("tutti.device") ?? "{}"));
const offered = (page) => page.evaluate(() => Object.keys(globalThis.__lock.handlers).sort());

test("space plays and pauses, and the title follows the song", async () => {
  assert.equal(await host.page.title(), "Kitchen · Tutti");
  await press("Space");
  await sounding([host.page, guest.page]);
  await until("the title", async () => (await host.page.title()) === "First · Kitchen · Tutti");
});

test("J, L and the arrows seek, presses together", async () => {
  const before = await reading(host.page);
  for (const key of ["l", "l", "ArrowRight", "j"]) await press(key);
  await until("15 s on", async () => {
    const now = await reading(host.page);
    return now.playing && Math.abs(before.lagMs - now.lagMs - 15_000) < 1_500;
  });
});

test("the up and down arrows turn this device's volume, M mutes it", async () => {
  await press("ArrowDown");
  await press("ArrowDown");
  assert.equal((await device(host.page)).volume, 0.9);
  await press("ArrowUp");
  await press("m");
  assert.deepEqual(await device(host.page), { volume: 0.95, muted: true, shortcuts: true });
  await press("m");
});

test("N goes to the next song, and the lock screen with it", async () => {
  await press("n");
  await until("the title", async () => (await host.page.title()) === "Second · Kitchen · Tutti");
  const metadata = await host.page.evaluate(() => {
    const { title, album, artwork } = navigator.mediaSession.metadata;
    return { title, album, artwork: artwork.length, state: navigator.mediaSession.playbackState };
  });
  assert.deepEqual(metadata, { title: "Second", album: "Kitchen", artwork: 1, state: "playing" });
});

test("? lists the keys, and switches the letters off", async () => {
  await press("?");
  const dialog = host.page.getByRole("dialog", { name: "Keyboard" });
  await dialog.waitFor();
  assert.equal(await dialog.locator("kbd").count(), 10);
  await picture(host.page, "keyboard-desktop");
  const muted = (await device(host.page)).muted;
  await press("m");
  assert.equal((await device(host.page)).muted, muted, "keys do nothing behind a dialog");
  await dialog.getByLabel("Letters work as shortcuts").uncheck();
  await press("Escape");
  await dialog.waitFor({ state: "detached" });
  await press("m");
  assert.equal((await device(host.page)).muted, muted, "letters are switched off");
});

test("typing is typing", async () => {
  const page = guest.page;
  await page.getByRole("textbox", { name: "Message" }).pressSequentially("jam? no");
  assert.equal(await page.getByRole("textbox", { name: "Message" }).inputValue(), "jam? no");
  assert.equal((await device(page)).muted ?? false, false);
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.getByRole("textbox", { name: "Message" }).fill("");
  await page.evaluate(() => document.activeElement.blur());
});

test("a guest's keys say why they do nothing", async () => {
  await guest.page.keyboard.press("n");
  await guest.page.getByText("Ana controls the music here.").first().waitFor();
  assert.equal(await guest.page.title(), "Second · Kitchen · Tutti");
});

test("a host's lock screen controls the room, a guest's only the device", async () => {
  assert.deepEqual(await offered(guest.page), ["pause", "play"]);
  await guest.page.evaluate(() => globalThis.__lock.handlers.pause({ action: "pause" }));
  await until("silent", async () => (await device(guest.page)).muted);
  assert.ok((await reading(guest.page)).playing, "the room plays on");
  await guest.page.evaluate(() => globalThis.__lock.handlers.play({ action: "play" }));

  assert.ok((await offered(host.page)).includes("nexttrack"));
  await host.page.evaluate(() => globalThis.__lock.handlers.seekto({ action: "seekto", seekTime: 30 }));
  await until("at half a minute", async () => Math.abs((await reading(host.page)).positionMs - 31_000) < 2_500);
  await host.page.evaluate(() => globalThis.__lock.handlers.pause({ action: "pause" }));
  await until("the room stands", async () => !(await reading(guest.page)).playing);
  await until("the title", async () => (await host.page.title()) === "Kitchen · Tutti");
});

test("the screen is kept awake while it plays", async () => {
  const awake = () => host.page.evaluate(() => globalThis.__lock.awake);
  await until("it may sleep", async () => (await awake()) === 0);
  await press("Space");
  await until("it is awake", async () => (await awake()) === 1);
  assert.deepEqual({ host: host.faults, guest: guest.faults }, { host: [], guest: [] });
});
