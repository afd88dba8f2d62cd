import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { SmallDisk } from "../harness/disk.mjs";
import { Gallery } from "../harness/gallery.mjs";
import { tone, writeWav } from "../harness/media.mjs";
import { slow, unslow } from "../harness/network.mjs";
import { Scene, seen } from "../harness/scene.mjs";

const gallery = new Gallery("uploads");
let folder;
let scene;
let room;
let page;
/** Whether a disk could be mounted that refuses. */
let refused = false;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tutti-files-"));
  await Promise.all(
    ["Tide", "Lantern"].map((title, n) => writeWav(join(folder, `${title}.wav`), tone(20, 220 + n), title, undefined, { artist: "Marit Holm" })),
  );
  await writeFile(join(folder, "Broken.mp3"), Buffer.alloc(4_000, 7));
  await writeFile(join(folder, "Notes.txt"), "no music at all");
  scene = await Scene.start();
  const ana = await scene.person("Ana");
  room = await scene.room([ana]);
  page = await scene.open(room.path, ana);
});

after(() => scene?.dispose());

const dialog = () => page.getByRole("dialog", { name: "Add music" });
const choose = (...names) => dialog().locator("input[type=file]").setInputFiles(names.map((name) => join(folder, name)));
const row = (name) => dialog().getByTestId("upload").filter({ hasText: name });

test("music is uploaded, taken from the library, or linked to", async () => {
  await page.getByRole("button", { name: "Add music" }).first().click();
  await gallery.show(page, "add-music", {
    see: () => seen(dialog().getByText("Choose audio files"), dialog().getByText("Library")),
  });
});

test("an upload says how far it is, and can be cancelled", async () => {
  const link = await slow(page, { upBytesPerSecond: 40_000 });
  await choose("Tide.wav", "Lantern.wav");
  await gallery.show(page, "upload-progress", {
    see: () =>
      seen(row("Tide.wav").getByText(/^Uploading, \d+ %$/), page.getByRole("button", { name: "Cancel Lantern.wav" })),
  });
  await page.getByRole("button", { name: "Cancel Lantern.wav" }).click();
  await row("Lantern.wav").waitFor({ state: "detached" });
  await scene.server.kill();
  await gallery.show(page, "upload-failed", {
    see: () =>
      seen(row("Tide.wav").getByText(/^Not added: /), page.getByRole("button", { name: "Try Tide.wav again" })),
  });
  await unslow(link);
  await scene.server.startAgain();
  await page.getByRole("button", { name: "Try Tide.wav again" }).click();
  await row("Tide.wav").getByText("Added", { exact: true }).waitFor();
  await row("Tide.wav").waitFor({ state: "detached" });
});

test("what is no music is refused, each file with its reason", async () => {
  await choose("Notes.txt", "Broken.mp3");
  await gallery.show(page, "unsupported-file", {
    see: () =>
      seen(
        row("Notes.txt").getByText("Not added: This file is not audio."),
        row("Broken.mp3").getByText(/^Not added: /),
      ),
  });
  await page.context().close();
});

test("a full disk refuses what is new, says so, and leaves the music on", async (t) => {
  const disk = await SmallDisk.mount(300);
  const full = await Scene.start(disk === null ? { flags: ["--total-quota-mib", "0"] } : { folder: disk.folder });
  t.after(async () => {
    await full.dispose();
    await disk?.unmount();
  });
  const ana = await full.person("Ana");
  const kitchen = await full.room([ana]);
  page = await full.open(kitchen.path, ana);
  await page.getByRole("button", { name: "Add music" }).first().click();
  await disk?.fill();
  await choose("Tide.wav");
  await gallery.show(page, "storage-full", {
    see: () => seen(row("Tide.wav").getByText("The server’s disk is full, so nothing was changed.")),
  });
  await page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).click();
  if (disk === null) return t.diagnostic("no disk of its own could be mounted: changes were not refused");
  await page.getByRole("button", { name: "Settings" }).click();
  const settings = page.getByRole("dialog", { name: "Room settings" });
  await settings.getByLabel("Name").fill("Pantry");
  await settings.getByRole("button", { name: "Save" }).click();
  await gallery.show(page, "change-refused", {
    see: () => seen(page.getByRole("status").getByText(/^The server’s disk is full/)),
  });
  assert.equal((await ana.room(kitchen.id)).name, "Kitchen");
  refused = true;
});

test("every state of adding music was shown", () => gallery.complete(refused ? [] : ["change-refused"]));
