import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { Person } from "./harness/api.mjs";
import { DESKTOP, launch, open, PHONE, picture } from "./harness/browsers.mjs";
import { Server } from "./harness/server.mjs";

/** What script and style of the first page may weigh, compressed. */
const FIRST_LOAD_BYTES = 90 * 1024;
/** Cumulative layout shift, far below what counts as good (0.1). */
const SHIFT = 0.05;
/** A window of 1280 px at 400 %, which is also the narrowest phone. */
const NARROW = { width: 320, height: 640 };
/** The ground of every page. */
const [LIGHT, DARK] = ["rgb(244, 244, 251)", "rgb(15, 14, 34)"];

let server;
let browser;

before(async () => {
  [server, browser] = await Promise.all([Server.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await server?.dispose();
});

const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth);

for (const [name, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP, "narrow window": NARROW })) {
  test(`the first page loads without a complaint on a ${name}, and nothing of it moves`, async () => {
    const { page, faults } = await open(browser, server.url, { viewport, init: `(${watchShifts})()` });
    await page.getByRole("heading").first().waitFor();
    await page.waitForLoadState("networkidle");
    await picture(page, `first-page-${name}`);
    assert.deepEqual(faults, []);
    assert.ok((await wide(page)) <= viewport.width, "the page would scroll sideways");
    const shift = await page.evaluate(() => globalThis.__shift);
    assert.ok(shift < SHIFT, `things moved by ${shift}`);
    await page.context().close();
  });
}

test("light or dark as chosen on this device goes before what the system has, from the first paint on", async () => {
  const ana = await Person.guest(server.url, "Ana");
  const { page, faults } = await open(browser, `${server.url}/settings`, {
    signedIn: ana.signedIn,
    init: `(${watchFirstBody})()`,
  });
  await page.emulateMedia({ colorScheme: "light" });
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const choose = (name) => page.getByRole("radio", { name, exact: true }).click();
  await choose("Dark");
  assert.equal(await ground(), DARK);
  await page.reload();
  await page.getByRole("radio", { name: "Dark", exact: true, checked: true }).waitFor();
  assert.equal(await page.evaluate(() => globalThis.__firstTheme), "dark");
  assert.equal(await ground(), DARK);
  await choose("Like the system");
  assert.equal(await ground(), LIGHT);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await ground(), DARK);
  await choose("Light");
  assert.equal(await ground(), LIGHT);
  assert.deepEqual(faults, []);
  await page.context().close();
});

/** Runs in the page: notes which theme was in force when there was first something to paint. */
function watchFirstBody() {
  new MutationObserver((_, observer) => {
    if (document.body === null) return;
    globalThis.__firstTheme = document.documentElement.dataset.theme ?? "system";
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
}

test("the first page weighs little, and says what it is", async () => {
  const { page } = await open(browser, server.url);
  await page.waitForLoadState("networkidle");
  const files = await page.evaluate(() =>
    performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname),
  );
  let bytes = 0;
  for (const path of files.filter((path) => /\.(js|css)$/.test(path))) {
    const answer = await fetch(`${server.url}${path}`);
    bytes += gzipSync(Buffer.from(await answer.arrayBuffer())).length;
    if (path.startsWith("/assets/")) assert.match(answer.headers.get("cache-control"), /immutable/, path);
  }
  assert.ok(bytes > 0 && bytes <= FIRST_LOAD_BYTES, `${bytes} bytes of script and style`);
  const said = await page.evaluate(() => ({
    title: document.title,
    lang: document.documentElement.lang,
    about: document.querySelector("meta[name=description]")?.content,
    viewport: document.querySelector("meta[name=viewport]")?.content,
  }));
  assert.equal(said.title, "Tutti");
  assert.equal(said.lang, "en");
  assert.ok(said.about?.length > 20);
  assert.match(said.viewport, /width=device-width/);
  assert.doesNotMatch(said.viewport, /user-scalable=no|maximum-scale/);
  await page.context().close();
});

test("a room opens without moving, fits 320 px, and is still where less motion is asked for", async () => {
  const ana = await Person.guest(server.url, "Ana");
  const { room } = await ana.createRoom("A room with quite a long name, for a Thursday", "public");
  const url = `${server.url}/room/${room.room_id}`;
  const { page } = await open(browser, url, { viewport: NARROW, signedIn: ana.signedIn, init: `(${watchShifts})()` });
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.getByRole("heading", { level: 1 }).waitFor();
  for (const part of ["playlist", "people", "chat", "player"]) {
    await page.locator(`[data-tab=${part}]`).click();
    assert.ok((await wide(page)) <= NARROW.width, `${part} would scroll sideways`);
  }
  const moving = await page.evaluate(() =>
    document.getAnimations().filter((each) => {
      const { duration, iterations } = each.effect.getComputedTiming();
      return each.playState === "running" && (duration > 10 || iterations === Number.POSITIVE_INFINITY);
    }).length,
  );
  assert.equal(moving, 0);
  const shift = await page.evaluate(() => globalThis.__shift);
  assert.ok(shift < SHIFT, `things moved by ${shift}`);
  await page.context().close();
});

test("the focus is where one is: on the heading of a new page, on what opened a dialog, near what went away", async () => {
  const ana = await Person.guest(server.url, "Ana");
  const { room } = await ana.createRoom("Kitchen", "public");
  for (const n of [1, 2]) await ana.addLink(room.room_id, `Song ${n}`, `${server.url}/nothing/${n}.mp3`);
  const { page } = await open(browser, server.url, { signedIn: ana.signedIn });
  const focused = () =>
    page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent.trim());
  const settled = (name) =>
    page.waitForFunction((name) => {
      const { activeElement } = document;
      return (activeElement?.getAttribute("aria-label") ?? activeElement?.textContent.trim()) === name;
    }, name);

  await page.getByRole("link", { name: "Kitchen" }).first().click();
  await settled("Kitchen");
  await page.getByRole("button", { name: "Options for Song 1" }).click();
  await page.keyboard.press("Escape");
  assert.equal(await focused(), "Options for Song 1");
  await page.getByRole("button", { name: "Options for Song 1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("button", { name: "Play Song 1" }).waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement !== document.body);
  await page.context().close();
});

/** Runs in the page. */
function watchShifts() {
  globalThis.__shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.__shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}
