import { after, before, test } from "node:test";
import { Gallery } from "../harness/gallery.mjs";
import { readyToPlay } from "../harness/room.mjs";
import { Scene, seen } from "../harness/scene.mjs";

const gallery = new Gallery("connection");
const SAID_WITHIN_MS = 5_000;
let scene;
let ana;
let ben;

before(async () => {
  scene = await Scene.start();
  [ana, ben] = await Promise.all(["Ana", "Ben"].map((name) => scene.person(name)));
});

after(() => scene?.dispose());

const heading = (page, name) => page.getByRole("heading", { level: 1, name });
const button = (page, name) => page.getByRole("button", { name });

/** A host's page, in which a song plays. */
async function hostPlaying() {
  const room = await scene.room([ana, ben]);
  await scene.songs(ana, room.id, ["Tide"]);
  const page = await scene.open(`${room.path}?probe=1`, ana);
  await page.waitForFunction(() => globalThis.__tutti !== undefined);
  await readyToPlay(page);
  await button(page, "Play").first().click();
  await button(page, "Pause").first().waitFor();
  return page;
}

test("a room that is not for everybody says whom it is for", async () => {
  const room = await scene.room([ana], { visibility: "friends" });
  const page = await scene.open(room.path);
  await page.getByLabel("What should the others call you?").fill("Cleo");
  await button(page, "Join the room").click();
  await gallery.show(page, "not-allowed", {
    see: () =>
      seen(
        heading(page, "This room does not let you in"),
        page.getByText("Only friends of the host may join this room."),
        page.getByLabel("Invite code"),
      ),
  });
  await page.context().close();
});

test("whoever is removed or banned is told so at once, and what is left to do", async () => {
  const room = await scene.room([ana, ben]);
  const page = await scene.open(room.path, ben);
  await heading(page, "Kitchen").waitFor();
  await ana.moderate(room.id, "kick", ben.id);
  await gallery.show(page, "kicked", {
    see: () => seen(heading(page, "You were removed from this room"), button(page, "To the start page")),
  });
  await ben.join(room.id);
  await page.goto(`${scene.url}${room.path}`);
  await heading(page, "Kitchen").waitFor();
  await ana.moderate(room.id, "ban", ben.id);
  await gallery.show(page, "banned", {
    see: () => seen(heading(page, "You are banned from this room"), button(page, "To the start page")),
  });
  await page.context().close();
});

test("a room that its host closes says so to everybody in it", async () => {
  const room = await scene.room([ana, ben]);
  const page = await scene.open(room.path, ben);
  await heading(page, "Kitchen").waitFor();
  await ana.close(room.id);
  await gallery.show(page, "closed", {
    see: () => seen(heading(page, "This room was closed"), button(page, "To the start page")),
  });
  await page.context().close();
});

test("a server that is gone leaves the music on, and is said to be back where it was", async () => {
  const page = await hostPlaying();
  await scene.server.kill();
  await gallery.show(page, "reconnecting", {
    see: () => seen(page.getByTestId("reconnecting").getByText("What is loaded keeps playing."), button(page, "Pause")),
  });

  await scene.server.startAgain();
  const dismiss = page.getByRole("status").getByRole("button", { name: "Dismiss" });
  await gallery.show(page, "restarted", {
    desktop: () => dismiss.hover(),
    phone: () => dismiss.hover(),
    see: () => seen(page.getByText("The server was restarted. Everything is where it was."), button(page, "Pause")),
  });
  await page.context().close();
});

test("a server that hangs is said to within seconds, and what was asked of it meanwhile is done once it answers", async () => {
  const page = await hostPlaying();
  scene.server.freeze();
  try {
    const said = page.getByTestId("reconnecting").getByText("The server does not answer. Trying again…");
    await said.waitFor({ timeout: SAID_WITHIN_MS });
    await button(page, "Pause").first().click();
    await gallery.show(page, "hushed", {
      see: () => seen(said, page.getByTestId("reconnecting").getByText("What is loaded keeps playing.")),
    });
  } finally {
    scene.server.thaw();
  }
  await page.getByTestId("reconnecting").waitFor({ state: "detached" });
  await button(page, "Play").first().waitFor();
  await page.context().close();
});

test("a page that finds no server says so, and goes on trying", async () => {
  const room = await scene.room([ana, ben]);
  const page = await scene.open(room.path, ana);
  await heading(page, "Kitchen").waitFor();
  await page.getByRole("link", { name: "To the start page" }).click();
  await heading(page, "Hello, Ana").waitFor();
  const link = page.getByRole("link", { name: "Kitchen" }).first();
  await link.waitFor();
  await scene.server.kill();
  await link.click();
  await gallery.show(page, "unreachable", {
    see: () => seen(heading(page, "The server cannot be reached"), button(page, "Try now")),
  });
  await scene.server.startAgain();
  // It may have come back by itself by now.
  await button(page, "Try now").click({ timeout: 2_000 }).catch(() => undefined);
  await heading(page, "Kitchen").waitFor();
  await page.context().close();
});

test("every state of the connection was shown", () => gallery.complete());
