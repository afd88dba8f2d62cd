import { after, before, test } from "node:test";
import { rings } from "../harness/cover.mjs";
import { Gallery } from "../harness/gallery.mjs";
import { Scene, seen, tab } from "../harness/scene.mjs";

const gallery = new Gallery("playlist");
let scene;
let ana;
let ben;
let room;
let host;
let guest;

before(async () => {
  scene = await Scene.start();
  [ana, ben] = await Promise.all(["Ana", "Ben"].map((name) => scene.person(name)));
  room = await scene.room([ana, ben]);
  [host, guest] = [await scene.open(room.path, ana), await scene.open(room.path, ben)];
});

after(() => scene?.dispose());

const button = (page, name) => page.getByRole("button", { name, exact: true });
const row = (page, title) => page.getByRole("button", { name: `Play ${title}` });
const close = (page) => button(page.getByRole("dialog"), "Close").click();

test("a room without music says how to begin, to each what they can do", async () => {
  await gallery.show(host, "empty-host", {
    phone: tab(host, "player"),
    see: () => seen(host.getByRole("heading", { name: "Nothing to play yet" }), button(host, "Add music")),
  });
  await gallery.show(guest, "empty-guest", {
    phone: tab(guest, "player"),
    see: () =>
      seen(guest.getByText("The host has not added any music yet."), button(guest, "Ask for music")),
  });
});

test("the playlist is put in order by dragging, by keys and by buttons", async () => {
  await scene.songs(ana, room.id, ["Tide", "Lantern", "Harbour", "Quiet Hours"], 20);
  await gallery.show(host, "queue", {
    phone: tab(host, "playlist"),
    see: () => seen(row(host, "Quiet Hours"), button(host, "Move Lantern"), button(host, "Options for Lantern")),
  });
  await button(host, "Options for Lantern").click();
  const dialog = host.getByRole("dialog", { name: "Lantern" });
  await gallery.show(host, "song-options", {
    see: () => seen(button(dialog, "Move down"), button(dialog, "Play next"), button(dialog, "Remove")),
  });
  await button(dialog, "Move down").click();
  await close(host);
  await host.waitForFunction(() => {
    const rows = [...document.querySelectorAll("[data-testid=playlist-row]")];
    return rows[1]?.textContent?.includes("Harbour");
  });
});

test("what was removed comes back with one tap, for as long as somebody looks at it", async () => {
  await button(host, "Options for Harbour").click();
  await button(host.getByRole("dialog"), "Remove").click();
  const undo = host.getByRole("status").getByRole("button", { name: "Undo" });
  await undo.focus();
  await gallery.show(host, "undo", {
    desktop: () => undo.focus(),
    see: () => seen(host.getByText("Removed “Harbour”"), undo),
  });
  await undo.click();
  await row(host, "Harbour").waitFor();
});

test("what a file brings as its cover is shown in the room, in the playlist and in the library", async () => {
  const kitchen = await scene.room([ana]);
  const covers = { Tide: rings([255, 201, 40], [68, 51, 200]), Lantern: rings([23, 22, 58], [240, 82, 61]) };
  for (const [title, cover] of Object.entries(covers)) {
    await ana.add(kitchen.id, await scene.upload(ana, title, 20, { artist: "Marit Holm", cover }));
  }
  const page = await scene.open(kitchen.path, ana);
  await row(page, "Lantern").waitFor({ state: "attached" });
  const drawn = () => page.waitForFunction(shown, 3);
  await gallery.show(page, "cover", {
    phone: tab(page, "player"),
    see: async () => {
      await seen(page.getByRole("heading", { name: "Tide" }));
      await drawn();
    },
  });
  await tab(page, "playlist")();
  await button(page, "Add music").first().click();
  await button(page.getByRole("dialog"), "Library").click();
  await gallery.show(page, "library", {
    see: async () => {
      await seen(page.getByRole("dialog").getByText("Lantern"));
      await page.waitForFunction(shown, 5);
    },
  });
  await page.context().close();
});

/** Runs in the page: whether so many covers have come, each a picture that can be seen. */
function shown(count) {
  const covers = [...document.querySelectorAll(".art img")];
  return covers.length >= count && covers.every((cover) => cover.complete && cover.naturalWidth > 0);
}

test("a guest's wish waits for the host, who decides; the guest reads what became of it", async () => {
  await scene.songs(ben, room.id, ["Ember", "Parade"], 5);
  const review = host.getByTestId("request-strip").getByRole("button", { name: "Review" });
  await review.click();
  const inbox = host.getByRole("dialog", { name: "Requests" });
  await gallery.show(host, "requests-host", {
    see: () =>
      seen(button(inbox, "Approve: add “Ember”"), button(inbox, "Deny: add “Parade”")),
  });
  await button(inbox, "Approve: add “Ember”").click();
  await inbox.getByText("Approved by Ana").waitFor();
  await button(inbox, "Deny: add “Parade”").click();
  const denial = host.getByRole("dialog");
  await denial.getByLabel("Reason (optional)").fill("Too loud for tonight");
  await button(denial, "Deny request").click();
  await host.getByText("Too loud for tonight").waitFor();

  await tab(guest, "playlist")();
  await guest.getByTestId("request-strip").getByRole("button").click();
  const own = guest.getByRole("dialog");
  await gallery.show(guest, "requests-guest", {
    see: () => seen(own.getByText("Approved by Ana"), own.getByText("Denied by Ana: Too loud for tonight")),
  });
});

test("every state of the playlist was shown", () => gallery.complete());
