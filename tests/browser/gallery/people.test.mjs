import { after, before, test } from "node:test";
import { Gallery } from "../harness/gallery.mjs";
import { Scene, seen, tab } from "../harness/scene.mjs";

const gallery = new Gallery("people");
/** What a phone has and a desktop browser may lack: its own way of sharing. */
const SHARES = "navigator.share = async (what) => { globalThis.shared = what; };";
let scene;
let ana;
let ben;
let cleo;
let room;
let host;
let guest;

before(async () => {
  scene = await Scene.start();
  [ana, ben, cleo] = await Promise.all(["ana", "ben", "cleo"].map((name) => scene.account(name)));
  room = await scene.room([ana, ben, cleo]);
  await scene.songs(ana, room.id, ["Tide", "Lantern"], 60);
  [host, guest] = await Promise.all([
    scene.open(room.path, ana, { init: SHARES }),
    scene.open(room.path, ben),
  ]);
  await button(host, "Play").first().click();
});

after(() => scene?.dispose());

const button = (page, name) => page.getByRole("button", { name, exact: true });
const close = (page) => button(page.getByRole("dialog"), "Close").click();
const say = async (page, text) => {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await button(page, "Send").click();
};

test("everybody is listed with their role and how well they hear", async () => {
  const people = host.getByRole("region", { name: "People" });
  await gallery.show(host, "members", {
    phone: tab(host, "people"),
    see: () =>
      seen(
        people.getByText("2 of 3 here"),
        people.getByRole("button", { name: /ben.*Guest.*(In sync|Close|Catching up)/s }),
        people.getByRole("button", { name: /cleo.*Away/s }),
      ),
  });
});

test("a host gives roles and keeps the peace", async () => {
  await host.getByRole("region", { name: "People" }).getByRole("button", { name: /ben/ }).click();
  const about = host.getByRole("dialog", { name: "About ben" });
  await gallery.show(host, "moderation", {
    see: () =>
      seen(button(about, "Make co-host"), button(about, "Mute"), button(about, "Ban"), button(about, "Remove from room")),
  });
  await close(host);
});

test("people talk and cheer", async () => {
  for (const page of [host, guest]) await page.setViewportSize({ width: 1440, height: 900 });
  await say(guest, "This one again, please");
  await say(host, "It is the last chorus that does it");
  await say(guest, "Louder!");
  const floating = host.getByText("🎉");
  await gallery.show(host, "chat", {
    phone: tab(host, "chat"),
    see: () => seen(host.getByRole("log").getByText("Louder!"), button(host, "React with 🎉"), floating),
  });
});

test("a guest votes to skip, and sees how many it takes", async () => {
  const third = await scene.open(room.path, cleo);
  await guest.getByRole("button", { name: "Vote to skip: 0 of 2 votes" }).waitFor();
  await guest.getByRole("button", { name: /^Vote to skip: / }).click();
  await gallery.show(guest, "vote-skip", {
    phone: tab(guest, "player"),
    see: () => seen(guest.getByRole("button", { name: "You voted to skip: 1 of 2 votes" })),
  });
  await third.context().close();
});

test("people are invited by a link, a code, a picture, or the device's own sharing", async () => {
  await button(host, "Invite").first().click();
  const dialog = host.getByRole("dialog", { name: "Invite people" });
  await gallery.show(host, "invite", {
    see: () =>
      seen(
        dialog.getByTestId("invite-link"),
        dialog.getByTestId("invite-code"),
        dialog.getByRole("img", { name: /QR code/ }),
        button(dialog, "Share…"),
      ),
  });
  await button(dialog, "Share…").click();
  await host.waitForFunction(() => globalThis.shared?.url?.includes("/join/"));
  await close(host);
});

test("a room is set up by its host", async () => {
  await button(host, "Settings").click();
  const dialog = host.getByRole("dialog", { name: "Room settings" });
  await gallery.show(host, "room-settings", {
    see: () => seen(dialog.getByLabel("Name"), button(dialog, "Renew invite"), button(dialog, "Close room")),
  });
});

test("every state of people was shown", () => gallery.complete());
