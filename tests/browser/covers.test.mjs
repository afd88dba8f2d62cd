import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { rings } from "./harness/cover.mjs";
import { song, writeWav } from "./harness/media.mjs";
import { Scene } from "./harness/scene.mjs";

let scene;
let file;

before(async () => {
  scene = await Scene.start();
  file = join(scene.server.folder, "Tide.wav");
  const cover = rings([255, 201, 40], [68, 51, 200]);
  await writeWav(file, song(5), "Tide", undefined, { artist: "Marit Holm", cover });
});

after(() => scene?.dispose());

const button = (page, name) => page.getByRole("button", { name, exact: true });
const hueOf = (page) => page.evaluate(() => Number(document.querySelector(".room").style.getPropertyValue("--hue-1")));

test("a file with a cover inside is uploaded, and the cover is there: playing, listed, in the library, and as the room's light", async () => {
  const page = await scene.open("/");
  await button(page, "Listen now").click();
  await button(page, "Add music").first().click();
  await page.getByRole("dialog").locator("input[type=file]").setInputFiles(file);
  await page.getByRole("heading", { name: "Tide" }).waitFor();
  await button(page.getByRole("dialog"), "Library").click();
  await page.waitForFunction(() => {
    const covers = [...document.querySelectorAll(".art img")];
    return covers.length >= 3 && covers.every((cover) => cover.naturalWidth === 480);
  });
  // Yellow, as OKLCH counts: what the picture has most of.
  await page.waitForFunction(() => document.querySelector(".room").style.getPropertyValue("--hue-1") !== "");
  const hue = await hueOf(page);
  assert.ok(hue > 60 && hue < 110, `${hue}°`);
  assert.deepEqual(page.faults, [], "the browser's own sign-in opens the pictures");
  await page.context().close();
});

test("a browser that keeps no cookies shows them all the same", async () => {
  const ana = await scene.person("Ana");
  const room = await scene.room([ana]);
  await ana.add(room.id, await ana.upload(file));
  const page = await scene.open(room.path, ana);
  await page.waitForFunction(() => {
    const covers = [...document.querySelectorAll(".art img")];
    return covers.length >= 2 && covers.every((cover) => cover.src.startsWith("blob:") && cover.naturalWidth === 480);
  });
  await page.context().close();
});
