/** What a person does in the pages of Tutti, and what the pages know of the music, read through their probe. */
import { until } from "./until.mjs";

/** Starts a room from the first page, as somebody who was never here. */
export async function startRoom(page, name) {
  await page.getByLabel("Your name (optional)").fill(name);
  await page.getByRole("button", { name: "Listen now" }).click();
  await page.waitForURL(/\/room\//);
  await withProbe(page);
}

/** Follows an invite, as somebody who was never here. */
export async function acceptInvite(page, name) {
  await page.getByLabel("What should the others call you?").fill(name);
  await page.getByRole("button", { name: "Join the room" }).click();
  await page.waitForURL(/\/room\//);
  await withProbe(page);
}

/** Adds a file through the dialog. */
export async function upload(page, file, title) {
  await page.getByRole("button", { name: "Add music" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("input[type=file]").setInputFiles(file);
  await dialog.getByText("Added", { exact: true }).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByText(title).first().waitFor();
}

export async function inviteLink(page) {
  await page.getByRole("button", { name: "Invite" }).first().click();
  const link = await page.getByTestId("invite-link").textContent();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  return link;
}

/** Loads the page of a room again so that it lets its player be read. */
export async function withProbe(page) {
  const url = new URL(page.url());
  url.searchParams.set("probe", "1");
  await page.goto(url.href);
  await page.waitForFunction(() => globalThis.__tutti !== undefined);
}

/** Gives the one tap that a browser may ask for, and waits until the song is loaded. */
export async function readyToPlay(page, within) {
  const ready = async () => {
    const phase = await page.evaluate(() => globalThis.__tutti.player.state.phase);
    if (phase === "locked") {
      const tap = page.getByRole("button", { name: "Tap to join audio" });
      if (await tap.isVisible()) await tap.click();
    }
    return phase === "ready" || phase === "playing";
  };
  await until("the song is loaded and may sound", ready, within);
}

/** One reading of what a page plays, with the clock that all pages of this machine share. */
export function reading(page) {
  return page.evaluate(() => {
    const probe = globalThis.__tutti.player.probe();
    const wallMs = performance.timeOrigin + performance.now();
    return { ...probe, wallMs, lagMs: wallMs - probe.positionMs, live: globalThis.__tutti.room.live };
  });
}

/** Waits until every page's loudspeaker plays. */
export function sounding(pages, withinMs) {
  return until(
    "all pages play",
    async () => (await Promise.all(pages.map(reading))).every((r) => r.playing),
    {
      withinMs,
    },
  );
}

/** How far apart two playing pages are, in ms, over some seconds of readings. */
export async function apart([one, other], readings = 60) {
  const sizes = [];
  let last = Number.NEGATIVE_INFINITY;
  while (sizes.length < readings) {
    const [a, b] = await until("both pages moved on", async () => {
      const both = await Promise.all([reading(one), reading(other)]);
      return both[0].wallMs >= last + 50 && both;
    });
    if (!a.playing || !b.playing) throw new Error(`a page fell silent: ${JSON.stringify([a, b])}`);
    last = a.wallMs;
    sizes.push(Math.abs(a.lagMs - b.lagMs));
  }
  return sizes;
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
