import { after, before, test } from "node:test";
import { Gallery } from "../harness/gallery.mjs";
import { Scene, seen, tab } from "../harness/scene.mjs";
import { until } from "../harness/until.mjs";
import { frameOf, standIn, truth } from "../harness/youtube-stand-in.mjs";

const TIDE = "tide-------";
const LOCKED = "locked-----";
const VIDEOS = {
  [TIDE]: { title: "Tide", author: "The Harbours", seconds: 600 },
  [LOCKED]: { seconds: 60, error: 150 },
};

const gallery = new Gallery("videos");
let scene;
let ana;
let ben;
let room;
let items;

before(async () => {
  scene = await Scene.start({ flags: ["--youtube", "on"] });
  [ana, ben] = await Promise.all(["Ana", "Ben"].map((name) => scene.person(name)));
  room = await scene.room([ana, ben]);
  items = [
    await ana.addVideo(room.id, "Tide", ["The Harbours"], TIDE, 600_000),
    await ana.addVideo(room.id, "Locked", ["The Harbours"], LOCKED, 60_000),
    ...(await scene.songs(ana, room.id, ["Lantern", "Harbour", "Meadow"], 60)),
  ];
});

after(() => scene?.dispose());

const prepare = (context) => standIn(context, { videos: VIDEOS });
const button = (page, name) => page.getByRole("button", { name, exact: true }).first();
const note = (page) => page.getByTestId("listening-note");
let host;
let guest;

test("a video plays in the picture's place, and on a phone stays in sight", async () => {
  [host, guest] = await Promise.all([ana, ben].map((person) => scene.open(room.path, person, { prepare })));
  await button(host, "Play").click();
  await until("the video plays", async () => (await truth(guest))?.moves);
  const close = guest.getByRole("button", { name: /^Your sync: Close/ });
  await gallery.show(guest, "video-playing", {
    phone: tab(guest, "player"),
    see: () => seen(guest.locator("iframe"), close),
  });
  await gallery.show(guest, "video-aside", {
    phone: tab(guest, "playlist"),
    see: () => seen(guest.locator("iframe"), guest.getByRole("heading", { name: "Playlist" })),
  });
  await tab(guest, "player")();
});

test("an advert is called what it is", async () => {
  await frameOf(guest).evaluate(() => globalThis.sim.advertise(120_000));
  await gallery.show(guest, "video-advert", {
    see: () => seen(note(guest).getByText(/^YouTube shows an advert/)),
  });
});

test("a video that may not be embedded says why", async () => {
  await ana.playback(room.id, { action: "select", item_id: items[1].item_id });
  await gallery.show(host, "video-refused", {
    see: () => seen(host.getByRole("alert").getByText("Its owner does not allow it"), button(host, "Next")),
  });
});

test("every state of videos was shown", () => gallery.complete());
