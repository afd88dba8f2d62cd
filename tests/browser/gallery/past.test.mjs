import { after, before, test } from "node:test";
import { Gallery } from "../harness/gallery.mjs";
import { Scene, seen } from "../harness/scene.mjs";

const gallery = new Gallery("past");
let scene;
let ana;
let ben;
let room;

before(async () => {
  scene = await Scene.start();
  [ana, ben] = [await scene.account("ana"), await scene.account("ben")];
  room = await scene.room([ana, ben]);
  const [, lantern] = await scene.songs(ana, room.id, ["Tide", "Lantern", "Harbour"]);
  await scene.songs(ben, room.id, ["Ember"]);
  await ana.playback(room.id, { action: "play" });
  await ana.playback(room.id, { action: "seek", position_ms: 60_000 });
  await ana.playback(room.id, { action: "select", item_id: lantern.item_id });
  await ana.playback(room.id, { action: "pause" });
});

after(() => scene?.dispose());

const heading = (page, name) => page.getByRole("heading", { level: 1, name });

test("an evening is told line by line, and shown as it was at any of them", async () => {
  const page = await scene.open(`${room.path}/history`, ana);
  await gallery.show(page, "history", {
    see: () =>
      seen(
        heading(page, "What happened in “Kitchen”"),
        page.getByRole("button", { name: "Play this evening again" }),
        page.getByRole("region", { name: "History" }).getByText(/skipped|chose|went/),
      ),
  });
  const moment = page.getByRole("region", { name: "The room as it was" });
  const lines = page.getByRole("region", { name: "History" }).getByRole("listitem");
  await lines.filter({ hasText: "went to 1:00 of “Tide”" }).getByRole("button").click();
  await gallery.show(page, "step-back", {
    see: () => seen(moment.getByText("Playing · 1:00"), moment.getByRole("button", { name: "One step back" })),
  });
  await page.context().close();
});

test("whoever runs the server sees how it is, and which rooms there are", async () => {
  const listener = await scene.open(room.path, ben);
  await heading(listener, "Kitchen").waitFor();
  const page = await scene.open("/admin", ana);
  await gallery.show(page, "admin", {
    see: () => seen(heading(page, "This server"), page.getByText("Takes changes")),
  });
  await page.getByRole("group", { name: "Part" }).getByRole("button", { name: "Rooms" }).click();
  await gallery.show(page, "admin-rooms", { see: () => seen(page.getByRole("button", { name: "Close Kitchen" })) });
  await page.context().close();
  await listener.context().close();
});

test("every state of the evening and the server was shown", () => gallery.complete());
