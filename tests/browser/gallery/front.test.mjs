import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Person } from "../harness/api.mjs";
import { Gallery } from "../harness/gallery.mjs";
import { PASSWORD, Scene, seen, tab } from "../harness/scene.mjs";

const gallery = new Gallery("front");
let scene;
let ana;
let ben;

before(async () => {
  scene = await Scene.start();
  [ana, ben] = await Promise.all(["ana", "ben"].map((name) => scene.account(name)));
});

after(() => scene?.dispose());

const heading = (page, name) => page.getByRole("heading", { level: 1, name });
const button = (page, name) => page.getByRole("button", { name, exact: true });

test("the first page offers to listen now, to join by code and to sign in", async () => {
  const page = await scene.open("/");
  await gallery.show(page, "landing", {
    see: () =>
      seen(button(page, "Listen now"), page.getByLabel("Invited? Enter the code"), button(page, "Sign in")),
  });
  await page.context().close();
});

test("who signs in is asked for the least, and told what was wrong", async () => {
  const page = await scene.open("/");
  await button(page, "Sign in").click();
  const dialog = page.getByRole("dialog", { name: "Sign in" });
  await dialog.getByLabel("Username or e-mail").fill("nobody");
  await dialog.getByLabel("Password").fill("wrong password");
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await gallery.show(page, "sign-in", {
    see: () => seen(dialog.getByText("That username and password do not match.")),
  });
  await page.context().close();
});

test("who is invited sees the room and who is in it, and how to hear it, before going in", async () => {
  const room = await scene.room([ana, ben], { name: "Kitchen", visibility: "invite" });
  await scene.songs(ana, room.id, ["Tide"], 5);
  const inside = await scene.open(room.path, ana);
  await heading(inside, "Kitchen").waitFor();
  await inside.getByTestId("playlist-row").waitFor();
  const page = await scene.open(room.invite);
  await gallery.show(page, "prejoin", {
    see: () =>
      seen(
        heading(page, "Kitchen"),
        page.getByText("ana hosts."),
        page.getByText("1 person is here."),
        page.getByRole("radio", { name: /^Listen here/ }),
        page.getByRole("radio", { name: /^Only control/ }),
        page.getByLabel("What should the others call you?"),
      ),
  });
  await page.getByRole("radio", { name: /^Only control/ }).check();
  await page.getByLabel("What should the others call you?").fill("Cleo");
  await button(page, "Join the room").click();
  await seen(page.getByText("No sound on this device: it only controls."));
  await inside.context().close();
  await page.context().close();
});

test("an invite that opens nothing says what to do", async () => {
  const page = await scene.open("/join/ABCDE12345", ben);
  await gallery.show(page, "bad-invite", {
    see: () => seen(heading(page, "This invite opens nothing"), page.getByLabel("Invite code")),
  });
  await page.context().close();
});

test("a room that is not there may have been closed, or take an invite", async () => {
  const page = await scene.open(`/room/room_${"0".repeat(32)}`, ben);
  await gallery.show(page, "not-found", {
    see: () => seen(heading(page, "There is no such room"), page.getByLabel("Invite code")),
  });
  await page.context().close();
});

test("a quick room lets anybody in who knows its address, and nobody is asked for an account", async () => {
  const page = await scene.open("/quick/kitchen");
  await gallery.show(page, "quick", {
    phone: tab(page, "player"),
    see: () => seen(heading(page, "kitchen"), page.getByRole("heading", { name: "Nothing to play yet" })),
  });
  await page.context().close();
});

test("an address that leads nowhere leads home", async () => {
  const page = await scene.open("/no/such/page");
  await gallery.show(page, "nowhere", {
    see: () => seen(heading(page, "There is nothing here"), button(page, "To the start page")),
  });
  await page.context().close();
});

test("who comes back finds their rooms, and those that are open", async () => {
  const [mine, rooftop] = [await scene.room([ana, ben], { name: "Sunday" }), await scene.room([ben], { name: "Rooftop" })];
  await scene.songs(ana, mine.id, ["Lantern"], 5);
  await scene.songs(ben, rooftop.id, ["Harbour"], 5);
  const page = await scene.open("/", ana);
  await gallery.show(page, "home", {
    see: () =>
      seen(
        heading(page, "Hello, ana"),
        page.getByRole("link", { name: /Sunday/ }),
        page.getByRole("link", { name: /Rooftop/ }),
        button(page, "Listen now"),
      ),
  });
  await page.context().close();
});

test("friends: who is online, and who asks", async () => {
  const cleo = await scene.account("cleo");
  await ben.befriend(ana);
  await cleo.askFriend("ana");
  const page = await scene.open("/friends", ana);
  await gallery.show(page, "friends", {
    see: () => seen(heading(page, "Friends"), page.getByRole("button", { name: "Accept cleo" }), page.getByText("ben")),
  });
  await page.context().close();
});

test("everything there is to set stands on one page, the old address leads there, and a room's settings are a step away", async () => {
  const room = await scene.room([ana], { name: "Attic" });
  const page = await scene.open("/account", ana);
  await heading(page, "Settings").waitFor();
  await gallery.show(page, "settings", {
    see: () =>
      seen(heading(page, "Settings"), page.getByText(/^This device\s+·/), page.getByRole("link", { name: "Settings of Attic" })),
  });
  assert.equal(new URL(page.url()).pathname, "/settings");
  await page.getByRole("link", { name: "Settings of Attic" }).click();
  await page.getByRole("dialog", { name: "Room settings" }).waitFor();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, room.path);
  await page.context().close();
});

test("who wants to be forgotten says so twice and with the password, and is", async () => {
  const dora = await scene.account("dora");
  const page = await scene.open("/settings", dora);
  await button(page, "Erase account").click();
  const dialog = page.getByRole("dialog", { name: "Erase account" });
  await dialog.getByLabel("Current password").fill("not this one");
  await button(dialog, "Erase for good").click();
  await gallery.show(page, "erase", {
    see: () => seen(dialog.getByText("The current password is wrong."), dialog.getByText(/nobody can give you the account/)),
  });
  await dialog.getByLabel("Current password").fill(PASSWORD);
  await button(dialog, "Erase for good").click();
  await page.getByText("Your account is erased.").waitFor();
  await button(page, "Listen now").waitFor();
  await assert.rejects(Person.login(scene.url, "dora", PASSWORD), /: 401 /);
  await page.context().close();
});

test("without signing in, this device is set up", async () => {
  const page = await scene.open("/settings");
  await gallery.show(page, "outside", {
    see: () => seen(heading(page, "Settings"), page.getByRole("group", { name: "Language" }), button(page, "Sign in")),
  });
  await page.context().close();
});

test("the first page speaks and looks as is chosen at its foot, and so does this device from then on", async () => {
  const page = await scene.open("/");
  await page.getByLabel("Language").selectOption("de");
  await page.getByLabel("Aussehen").selectOption("dark");
  await page.goto(`${scene.url}/join/ABCDE12345`);
  await heading(page, "Diese Einladung öffnet nichts").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await page.getByLabel("Sprache").selectOption("en");
  await heading(page, "This invite opens nothing").waitFor();
  await page.context().close();
});

test("every state of coming in was shown", () => gallery.complete());
