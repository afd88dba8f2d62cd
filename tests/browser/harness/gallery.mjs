/**
 * Looks at a state of the client as everybody meets it: on a phone and on a desktop, light and dark, each with what it
 * must say and without a fault that axe finds. With GALLERY=1 it also keeps the pictures of `docs/gallery`.
 */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { states } from "../gallery/states.mjs";
import { violations } from "./axe.mjs";
import { DESKTOP, PHONE, picture } from "./browsers.mjs";

const FOLDER = new URL("../../../docs/gallery/", import.meta.url).pathname;
const KEPT = process.env.GALLERY === "1";
const QUALITY = 62;

/** One picture a device: the desktop in daylight, the phone in the dark. */
const DEVICES = [
  { name: "desktop", viewport: DESKTOP, pictured: "light" },
  { name: "phone", viewport: PHONE, pictured: "dark" },
];
const THEMES = ["light", "dark"];

export class Gallery {
  #group;
  #shown = new Set();

  /** @param {string} group one of those in `gallery/states.mjs` */
  constructor(group) {
    this.#group = states[group];
    assert.ok(this.#group, `gallery/states.mjs has no group ${group}`);
  }

  /**
   * Looks at one state.
   * @param {import("playwright-core").Page} page
   * @param {string} name as in `gallery/states.mjs`
   * @param {{see: (device: "desktop" | "phone") => unknown, phone?: () => unknown, desktop?: () => unknown,
   *   passing?: () => unknown}} how `see` waits for what the state shows; `phone` and `desktop` bring it into view there;
   *   `passing` makes a state that does not last, again for each look
   */
  async show(page, name, how) {
    try {
      await this.#show(page, name, how);
    } catch (error) {
      await picture(page, `failed-${name}`);
      throw error;
    }
  }

  async #show(page, name, { see, phone, desktop, passing }) {
    assert.ok(this.#group.states[name], `gallery/states.mjs does not list ${name}`);
    const arrange = { phone, desktop };
    for (const { name: device, viewport, pictured } of DEVICES) {
      await page.setViewportSize(viewport);
      await arrange[device]?.();
      if (passing === undefined) await see(device);
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        if (passing !== undefined) {
          await passing();
          await see(device);
        }
        await this.#look(page, `${name}, ${device}, ${theme}`);
        if (KEPT && theme === pictured) await keep(page, `${name}-${device}`, viewport);
      }
    }
    this.#shown.add(name);
  }

  /**
   * For the end: every state of the group was shown.
   * @param {string[]} [spared] those that this machine cannot show
   */
  complete(spared = []) {
    const missing = Object.keys(this.#group.states).filter((name) => !this.#shown.has(name) && !spared.includes(name));
    assert.deepEqual(missing, [], "states that no test showed");
  }

  async #look(page, where) {
    const found = await violations(page);
    assert.equal(found.length, 0, `${where}:\n  ${found.join("\n  ")}`);
    const { wide, window } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      window: innerWidth,
    }));
    assert.ok(wide <= window, `${where}: ${wide} px wide in a window of ${window}, by ${await widest(page)}`);
  }
}

/** What reaches furthest beyond the window. */
function widest(page) {
  return page.evaluate(() => {
    const right = (element) => element.getBoundingClientRect().right;
    const all = [...document.querySelectorAll("body *")].sort((a, b) => right(b) - right(a));
    return `${all[0]?.tagName.toLowerCase()}.${all[0]?.className}`;
  });
}

/** WebP of the size that is shown: small enough to live in the repository. */
async function keep(page, name, viewport) {
  const session = await page.context().newCDPSession(page);
  const scrolled = await page.evaluate(() => ({ x: scrollX, y: scrollY }));
  const clip = { ...scrolled, ...viewport, scale: 1 };
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY, clip });
  await session.detach();
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}${name}.webp`, Buffer.from(data, "base64"));
}
