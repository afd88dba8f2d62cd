import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Gallery } from "../harness/gallery.mjs";
import { slow, unslow } from "../harness/network.mjs";
import { Scene, seen, tab } from "../harness/scene.mjs";

const gallery = new Gallery("listening");
let scene;
let ana;
let ben;
let room;
let items;

before(async () => {
  // The browser's own rule: no sound before a tap.
  scene = await Scene.start({ autoplay: false });
  [ana, ben] = await Promise.all(["Ana", "Ben"].map((name) => scene.person(name)));
  room = await scene.room([ana, ben]);
  items = await scene.songs(ana, room.id, ["Tide", "Lantern", "Harbour"], 60);
});

after(() => scene?.dispose());

const button = (page, name) => page.getByRole("button", { name, exact: true });
const note = (page) => page.getByTestId("listening-note");
let host;
let guest;

test("a browser that waits for a tap is given one", async () => {
  host = await scene.open(room.path, ana, { untouched: true });
  await gallery.show(host, "tap-to-join", {
    see: () =>
      seen(
        host.getByRole("heading", { name: "Ready to listen?" }),
        button(host, "Tap to join audio"),
        button(host, "Only control, no sound here"),
      ),
  });
  await button(host, "Tap to join audio").click();
  await button(host, "Tap to join audio").waitFor({ state: "detached" });
});

test("a host plays, and a guest in step sees why the controls rest", async () => {
  await button(host, "Play").first().click();
  guest = await scene.open(room.path, ben, { untouched: true });
  await button(guest, "Tap to join audio").click();
  const exact = /^Your sync: (In sync|Close|Catching up)/;
  await gallery.show(host, "host-playing", {
    phone: tab(host, "player"),
    see: () => seen(host.getByRole("heading", { name: "Tide" }), host.getByRole("button", { name: exact })),
  });
  await gallery.show(guest, "guest-playing", {
    phone: tab(guest, "player"),
    see: () => seen(guest.getByText("Ana controls the music here."), guest.getByRole("button", { name: exact })),
  });
});

test("a device may be muted, or only control", async () => {
  await button(guest, "Mute this device").first().click();
  await gallery.show(guest, "muted", {
    see: () => seen(note(guest).getByText("Muted on this device."), button(note(guest), "Unmute")),
  });
  await button(note(guest), "Unmute").click();
  await guest.getByRole("button", { name: /^Your sync/ }).click();
  await gallery.show(guest, "sync-details", {
    see: () => seen(guest.getByRole("dialog", { name: "Your sync" }).getByText("Sample-exact playback")),
  });
  await button(guest.getByRole("dialog"), "Only control, no sound here").click();
  await button(guest.getByRole("dialog"), "Close").click();
  await gallery.show(guest, "remote", {
    see: () =>
      seen(note(guest).getByText("No sound on this device: it only controls."), button(note(guest), "Listen here")),
  });
  await button(note(guest), "Listen here").click();
});

test("while somebody still loads the song, they and the others are told", async () => {
  const line = await slow(guest, { downBytesPerSecond: 20_000 });
  await ana.playback(room.id, { action: "select", item_id: items[2].item_id });
  await gallery.show(guest, "syncing", {
    see: () => seen(note(guest).getByText(/^Loading the song\./)),
  });
  await gallery.show(host, "waiting", {
    see: () => seen(note(host).getByText(/^(Waiting for Ben…|Ben still loads the song\.)$/)),
  });
  await unslow(line);
  await note(guest).getByText(/^Loading/).waitFor({ state: "detached" });
});

test("a song that cannot be played says why, and leaves the others alone", async () => {
  // Before it is in the playlist, where pages would load it ahead.
  const media = await scene.upload(ana, "Ruined", 30);
  await ruin(media.media_id);
  const broken = await ana.add(room.id, media);
  await ana.playback(room.id, { action: "select", item_id: broken.item_id });
  await gallery.show(host, "track-failed", {
    see: () => seen(host.getByRole("alert").getByText("This song cannot be played here."), button(host, "Next")),
  });
});

/** Leaves a file of the same size, of which no browser can make sound. */
async function ruin(media) {
  const folder = join(scene.server.folder, "data");
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(media));
  for (const path of paths) {
    const file = join(folder, path);
    await writeFile(file, Buffer.alloc((await stat(file)).size, 7));
  }
}

test("every state of listening was shown", () => gallery.complete());
