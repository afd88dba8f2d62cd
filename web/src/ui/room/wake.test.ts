import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Wake } from "./wake";

class Sentinel extends EventTarget {
  released = false;
  async release(): Promise<void> {
    this.released = true;
    this.dispatchEvent(new Event("release"));
  }
}

let given: Sentinel[];
let wake: Wake;
let visibility: DocumentVisibilityState;
const held = () => given.filter((lock) => !lock.released).length;
const settle = () => new Promise((resolve) => setTimeout(resolve));

function look(state: DocumentVisibilityState): void {
  visibility = state;
  // As a browser does it: a hidden page loses its lock.
  if (state === "hidden") for (const lock of given) void lock.release();
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  given = [];
  visibility = "visible";
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visibility);
  wake = new Wake({
    request: async () => {
      given.push(new Sentinel());
      return given.at(-1);
    },
  } as unknown as WakeLock);
});
afterEach(() => {
  wake.dispose();
  vi.restoreAllMocks();
});

it("keeps the screen awake while it is wanted", async () => {
  wake.want(true);
  wake.want(true);
  await settle();
  expect([given.length, held()]).toEqual([1, 1]);
  wake.want(false);
  await settle();
  expect(held()).toBe(0);
});

it("takes it up again when the page is looked at again", async () => {
  wake.want(true);
  await settle();
  look("hidden");
  await settle();
  expect(held()).toBe(0);
  look("visible");
  await settle();
  expect(held()).toBe(1);
});

it("lets go of a lock that comes when it is no longer wanted", async () => {
  wake.want(true);
  wake.want(false);
  await settle();
  expect(held()).toBe(0);
});

it("lives where there is no such thing, or where it is refused", async () => {
  new Wake({ request: () => Promise.reject(new Error("battery")) } as unknown as WakeLock).want(true);
  new Wake(undefined).want(true);
  await settle();
});
