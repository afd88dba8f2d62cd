/**
 * Web Push as far as a browser without a push service goes: the wish for it and its end, what a message shows, and where a
 * tap leads. Only the push service is a stand-in: the browser's question to it is answered here, and messages are handed
 * to the service worker by the browser itself, as they would be on arrival.
 */
import assert from "node:assert/strict";
import { createECDH, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { launch, open, picture } from "./harness/browsers.mjs";
import { Server } from "./harness/server.mjs";

let server;
let browser;
let page;
let faults;
let deliveries;

before(async () => {
  const flags = ["--push", "on", "--push-host", "push.example.org"];
  [server, browser] = await Promise.all([Server.start(flags), launch()]);
  const ana = await Person.register(server.url, "ana", "quince orchard lantern");
  ({ page, faults } = await open(browser, `${server.url}/settings`, {
    signedIn: ana.signedIn,
    shell: true,
    init: service(),
    prepare: (context) => context.grantPermissions(["notifications"], { origin: server.url }),
  }));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  // Only a page that the worker controls is told by it what to open.
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
});

after(async () => {
  await browser?.close();
  await server?.dispose();
});

/** What a push service answers a browser: one subscription with a key of its own, kept for as long as the profile. */
function service() {
  const keys = createECDH("prime256v1");
  keys.generateKeys();
  const subscription = {
    endpoint: "https://push.example.org/ana",
    expirationTime: null,
    keys: { p256dh: keys.getPublicKey("base64url"), auth: randomBytes(16).toString("base64url") },
  };
  return `{
    const told = ${JSON.stringify(subscription)};
    const kept = () => localStorage.getItem("stand-in") !== null;
    const subscription = { ...told, toJSON: () => told, unsubscribe: async () => (localStorage.removeItem("stand-in"), true) };
    PushManager.prototype.getSubscription = async () => (kept() ? subscription : null);
    PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
      if (!userVisibleOnly || applicationServerKey.length < 80) throw new TypeError("not as a push service wants it");
      localStorage.setItem("stand-in", "");
      return subscription;
    };
  }`;
}

const wish = () => page.getByLabel("Also while no page is open");
const wished = () => page.locator("input:checked").and(wish()).waitFor();
const answered = async (method, act) => {
  const said = (answer) => answer.url().endsWith("/api/v1/me/push") && answer.request().method() === method;
  const [answer] = await Promise.all([page.waitForResponse(said), act()]);
  return answer.status();
};

test("who wishes news while no page is open has the server told, and still after a reload", async () => {
  await page.reload();
  assert.equal(await wish().isChecked(), false);
  assert.equal(await answered("PUT", () => wish().check()), 204);
  assert.equal(await wish().isChecked(), true);
  await picture(page, "push-desktop");
  // The sign-in may be another than then, so the server is told once more.
  assert.equal(await answered("PUT", () => page.reload()), 204);
  await wished();
});

/** Hands a message to the service worker, as a push service's is on arrival. */
async function deliver(message) {
  deliveries ??= await conversation();
  const data = JSON.stringify(message);
  await deliveries.say("ServiceWorker.deliverPushMessage", { ...deliveries.to, data });
}

async function conversation() {
  const browserSide = await page.context().newCDPSession(page);
  const registered = new Promise((resolve) => {
    browserSide.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [first] = registrations.filter((each) => !each.isDeleted);
      if (first !== undefined) resolve(first.registrationId);
    });
  });
  await browserSide.send("ServiceWorker.enable");
  const to = { origin: server.url, registrationId: await registered };
  return { to, say: (method, parameters) => browserSide.send(method, parameters) };
}

const shown = () =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const all = await registration.getNotifications();
    return all.map(({ title, body, tag, data }) => ({ title, body, tag, url: data.url }));
  });

async function untilShown(count) {
  await until(async () => (await shown()).length === count);
  return shown();
}

/**
 * Waits until so many were shown in all. The browser forgets one that is asked for while it is on its way to the screen,
 * so they are counted where they are sent there.
 */
async function untilTold(count) {
  const [worker] = page.context().serviceWorkers();
  await until(() => worker.evaluate((count) => self.told === count, count));
  return shown();
}

async function until(look) {
  while (!(await look())) await new Promise((again) => setTimeout(again, 20));
}

async function countTold() {
  const [worker] = page.context().serviceWorkers();
  await worker.evaluate(() => {
    const { showNotification } = ServiceWorkerRegistration.prototype;
    self.told = 0;
    ServiceWorkerRegistration.prototype.showNotification = async function (...given) {
      await showNotification.apply(this, given);
      self.told += 1;
    };
  });
}

const ben = { user_id: `user_${"0".repeat(32)}`, name: "Ben" };
const room_id = `room_${"0".repeat(32)}`;

test("a message shows what happened, and a newer one of the same kind takes its place", {
  timeout: 20_000,
}, async () => {
  await countTold();
  await deliver({ type: "friend_request", from: ben });
  await deliver({ type: "friend_request", from: ben });
  await deliver({ type: "room_invite", by: ben, room_id, room_name: "Kitchen" });
  const all = (await untilTold(3)).sort((a, b) => a.tag.localeCompare(b.tag));
  assert.deepEqual(all, [
    {
      title: "Tutti",
      body: "Ben invites you into “Kitchen”.",
      tag: `invite ${room_id}`,
      url: `/room/${room_id}`,
    },
    { title: "Tutti", body: "Ben wants to be your friend.", tag: "request Ben", url: "/friends" },
  ]);
});

test("a message this page has no words for shows nothing", { timeout: 20_000 }, async () => {
  await deliver({ type: "something_new" });
  await deliver({ type: "new_friend", friend: ben });
  const all = await untilTold(4);
  assert.equal(all.length, 3);
  assert.ok(all.some(({ body }) => body === "You and Ben are friends now."));
});

test("a tap leads to what the news is about, in the page that is open", { timeout: 20_000 }, async () => {
  await page.goto(`${server.url}/`);
  const [worker] = page.context().serviceWorkers();
  await worker.evaluate(async (tag) => {
    const [notification] = await self.registration.getNotifications({ tag });
    // The system's own tap cannot be made by a script: this is the event it makes.
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  }, "request Ben");
  await page.waitForURL(`${server.url}/friends`);
  const left = await untilShown(2);
  assert.ok(left.every(({ tag }) => tag !== "request Ben"));
});

test("who wishes it no more is forgotten by the server and by the push service", async () => {
  await page.goto(`${server.url}/settings`);
  await wished();
  assert.equal(await answered("DELETE", () => wish().uncheck()), 204);
  await page.waitForFunction(() => localStorage.getItem("stand-in") === null);
  await page.reload();
  assert.equal(await wish().isChecked(), false);
});

test("the page never complained", () => assert.deepEqual(faults, []));
