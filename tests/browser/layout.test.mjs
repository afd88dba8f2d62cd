import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, PHONE, picture } from "./harness/browsers.mjs";
import { Scene, seen } from "./harness/scene.mjs";

/** Cumulative layout shift, far below what counts as good (0.1). */
const SHIFT = 0.05;
/** When the largest thing is there, at the latest; the server is near, and the machine of a test is busy. */
const PAINTED_MS = 4_000;
/** The narrowest phone, a usual one, and a window of 1440 px at 200 %. */
const SIZES = {
  narrow: { width: 320, height: 640 },
  phone: PHONE,
  zoomed: { width: 720, height: 450 },
};

let scene;
let ana;
let ben;
let room;

before(async () => {
  scene = await Scene.start();
  [ana, ben] = [await scene.account("ana"), await scene.account("ben")];
  room = await scene.room([ana, ben], { name: "Donnerstagabendgesellschaft" });
  await scene.songs(ana, room.id, ["Tide", "Lantern", "Harbour"], 5);
  await scene.room([ben], { name: "Rooftop" });
  await ben.befriend(ana);
});

after(() => scene?.dispose());

const heading = (page) => page.getByRole("heading", { level: 1 });
const button = (page, name) => page.getByRole("button", { name, exact: true });

const PAGES = {
  landing: { path: () => "/", whose: () => undefined },
  home: { path: () => "/", whose: () => ana, see: (page) => page.getByRole("link", { name: /Rooftop/ }) },
  room: { path: () => room.path, whose: () => ana, see: (page) => page.getByTestId("playlist-row"), hidden: true },
  friends: { path: () => "/friends", whose: () => ana, see: (page) => page.getByTestId("friend") },
  settings: { path: () => "/settings", whose: () => ana, see: (page) => page.locator("#devices li") },
  history: { path: () => `${room.path}/history`, whose: () => ana },
};

for (const [name, { path, whose, see, hidden }] of Object.entries(PAGES)) {
  for (const [device, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    test(`${name} comes up at once on a ${device}, and nothing of it moves`, async () => {
      const page = await scene.open(path(), whose(), { viewport, init: `(${measure})()` });
      await heading(page).first().waitFor();
      await see?.(page).first().waitFor({ state: hidden ? "attached" : "visible" });
      await page.waitForLoadState("networkidle");
      const { shift, painted } = await page.evaluate(() => globalThis.__measured);
      assert.ok(shift < SHIFT, `things moved by ${shift}`);
      assert.ok(painted > 0 && painted < PAINTED_MS, `the largest of it was there after ${painted} ms`);
      await page.context().close();
    });
  }
}

test("the library comes into its place without moving what is there", async () => {
  const page = await scene.open(room.path, ana, { viewport: PHONE, init: `(${measure})()` });
  await page.locator("[data-tab=playlist]").click();
  await button(page, "Add music").first().click();
  await button(page.getByRole("dialog"), "Library").click();
  await seen(page.getByRole("dialog").getByText("Lantern"));
  await page.waitForLoadState("networkidle");
  const { shift } = await page.evaluate(() => globalThis.__measured);
  assert.ok(shift < SHIFT, `things moved by ${shift}`);
  await page.context().close();
});

/** What is said in German takes more room: it has it, wherever Tutti is looked at. */
for (const [size, viewport] of Object.entries(SIZES)) {
  test(`in German nothing is cut off or pushed aside (${size})`, async () => {
    for (const [name, { path, whose, see, hidden }] of Object.entries(PAGES)) {
      const page = await scene.open(path(), whose(), { viewport, locale: "de-DE" });
      await heading(page).first().waitFor();
      await see?.(page).first().waitFor({ state: hidden ? "attached" : "visible" });
      await fits(page, `${name}-${size}`);
      if (name === "room") await roomFits(page, size);
      await page.context().close();
    }
    const door = await scene.open(room.invite, undefined, { viewport, locale: "de-DE" });
    await heading(door).waitFor();
    await fits(door, `door-${size}`);
    await door.context().close();
  });
}

async function roomFits(page, size) {
  const tabs = page.locator("[data-tab]:visible");
  for (const part of await tabs.evaluateAll((all) => all.map((tab) => tab.dataset.tab))) {
    await page.locator(`[data-tab=${part}]`).click();
    await fits(page, `room-${part}-${size}`);
  }
  for (const [name, opened] of [["Einstellungen", "settings"], ["Einladen", "invite"]]) {
    await page.getByRole("button", { name, exact: true }).locator("visible=true").first().click();
    await page.getByRole("dialog").getByRole("heading").first().waitFor();
    await fits(page, `room-${opened}-${size}`);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
}

async function fits(page, name) {
  await picture(page, `de-${name}`);
  const { wide, window, cut } = await page.evaluate(look);
  assert.ok(wide <= window, `${name}: ${wide} px wide in a window of ${window}`);
  assert.deepEqual(cut, [], `${name}: cut off`);
}

/** Runs in the page: what is wider than its place, and does not say so by an ellipsis. */
function look() {
  const words = [...document.querySelectorAll("button, a, label, legend, h1, h2, h3, p, dt, dd, summary, option")];
  const cut = words.filter((each) => {
    if (each.clientWidth === 0 || each.closest(".sr, .ellipsis")) return false;
    return each.scrollWidth > each.clientWidth + 1 && !each.querySelector(".ellipsis");
  });
  return {
    wide: document.documentElement.scrollWidth,
    window: innerWidth,
    cut: cut.map((each) => `${each.tagName}: ${each.textContent.trim().slice(0, 60)}`),
  };
}

/** Runs in the page. */
function measure() {
  const measured = { shift: 0, painted: 0 };
  globalThis.__measured = measured;
  const watch = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch("layout-shift", (entry) => {
    if (!entry.hadRecentInput) measured.shift += entry.value;
  });
  watch("largest-contentful-paint", (entry) => {
    measured.painted = entry.startTime;
  });
}
