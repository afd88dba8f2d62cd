/** One server and one browser for the states of one file, with people who are signed in and rooms that have music. */
import { join } from "node:path";
import { Person } from "./api.mjs";
import { DESKTOP, launch, open, openUntouched, PHONE } from "./browsers.mjs";
import { song, writeWav } from "./media.mjs";
import { Server } from "./server.mjs";

const PATIENCE_MS = 15_000;

/** Of every account of a scene. */
export const PASSWORD = "correct horse battery";

/** Who made the songs of the pictures; nobody is. */
const ARTISTS = {
  Tide: "Marit Holm",
  Lantern: "The Low Rooms",
  Harbour: "Ida and Noor",
  "Quiet Hours": "Solveig Ames",
  Ember: "Night Ferry",
  Parade: "Brass & Paper",
};

export class Scene {
  /** @param {{flags?: string[], folder?: string, autoplay?: boolean}} [how] more flags of the server; where it keeps its data */
  static async start({ flags = [], autoplay = true, folder } = {}) {
    const scene = new Scene();
    [scene.server, scene.browser] = await Promise.all([
      Server.start(["--limits", "off", ...flags], folder),
      launch({ autoplay }),
    ]);
    return scene;
  }

  get url() {
    return this.server.url;
  }

  person(name) {
    return Person.guest(this.url, name);
  }

  /** Somebody with an account, whose name is the username. */
  account(username) {
    return Person.register(this.url, username, PASSWORD);
  }

  /** A room with its members, the first of them its host. */
  async room(people, { name = "Kitchen", visibility = "public" } = {}) {
    const [host, ...others] = people;
    const { room, invite_code, invite_url } = await host.createRoom(name, visibility);
    for (const other of others) await other.join(room.room_id, visibility === "invite" ? invite_code : undefined);
    return { id: room.room_id, path: `/room/${room.room_id}`, invite: new URL(invite_url).pathname };
  }

  /** Uploads songs of so many seconds and puts them into a room's playlist. */
  async songs(person, roomId, titles, seconds = 90) {
    const items = [];
    for (const [n, title] of titles.entries()) {
      items.push(await person.add(roomId, await this.upload(person, title, seconds, { hertz: 220 + 55 * n, artist: ARTISTS[title] })));
    }
    return items;
  }

  /** Uploads a song of so many seconds, with an artist and a cover in its file where they are given. */
  async upload(person, title, seconds, { hertz = 220, ...more } = {}) {
    const file = join(this.server.folder, `${encodeURIComponent(title)}.wav`);
    await writeWav(file, song(seconds, hertz), title, undefined, more);
    return person.upload(file);
  }

  /** A page of somebody, or of nobody yet; `untouched`, it is left alone until it has asked for sound. */
  async open(path, person, how = {}) {
    const opening = how.untouched === true ? openUntouched : open;
    const { page, faults } = await opening(this.browser, `${this.url}${path}`, {
      viewport: DESKTOP,
      signedIn: person?.signedIn,
      ...how,
    });
    page.setDefaultTimeout(PATIENCE_MS);
    return Object.assign(page, { faults });
  }

  async dispose() {
    await this.browser?.close();
    await this.server?.dispose();
  }
}

/** On a phone, one part of the room at a time. */
export function tab(page, part) {
  return async () => {
    await page.setViewportSize(PHONE);
    await page.locator(`[data-tab=${part}]`).click();
  };
}

/** Waits until all of these can be seen. */
export async function seen(...locators) {
  for (const locator of locators) await locator.first().waitFor({ state: "visible" });
}
