import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { DESKTOP, launchAll, open, PHONE, picture } from "./harness/browsers.mjs";
import { tone, writeWav } from "./harness/media.mjs";
import { Server } from "./harness/server.mjs";

let server;
let browsers;
let host;
let guest;

before(async () => {
  [server, browsers] = await Promise.all([Server.start(), launchAll(2)]);
  const [ana, ben] = await Promise.all(["Ana", "Ben"].map((name) => Person.guest(server.url, name)));
  const { room } = await ana.createRoom("Kitchen", "public");
  await ben.join(room.room_id);
  const url = `${server.url}/room/${room.room_id}`;
  [host, guest] = await Promise.all([
    open(browsers[0], url, { viewport: DESKTOP, signedIn: ana.signedIn }),
    open(browsers[1], url, { viewport: PHONE, signedIn: ben.signedIn }),
  ]);
  await guest.page.locator("[data-tab=playlist]").click();
});

after(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
  await server?.dispose();
});

async function ask(title) {
  const file = join(server.folder, `${title}.wav`);
  await writeWav(file, tone(2), title);
  await guest.page.getByRole("button", { name: "Ask for music" }).click();
  const dialog = guest.page.getByRole("dialog");
  await dialog.getByText("Ana decides what is played here.").waitFor();
  await dialog.locator("input[type=file]").setInputFiles(file);
  await dialog.getByText("Asked", { exact: true }).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
}

test("what a guest adds waits in the host's inbox, and stands in the playlist once approved", async () => {
  await ask("First");
  await host.page.getByTestId("request-strip").getByText("1 request waits for you").waitFor();
  await host.page.getByRole("button", { name: "Review" }).click();
  const dialog = host.page.getByRole("dialog");
  await picture(host.page, "requests-desktop");
  await dialog.getByRole("button", { name: "Approve: add “First”" }).click();
  await dialog.getByText("Approved by Ana").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();

  await guest.page.getByRole("status").getByText("Approved: add “First”").waitFor();
  for (const { page } of [host, guest]) await page.getByRole("button", { name: "Play First" }).waitFor();
});

test("a guest reads why a request was denied", async () => {
  await ask("Second");
  await host.page.getByRole("button", { name: "Review" }).click();
  const dialog = host.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Deny: add “Second”" }).click();
  await dialog.getByLabel("Reason (optional)").fill("Too loud for tonight");
  await dialog.getByRole("button", { name: "Deny request" }).click();

  await guest.page.getByRole("button", { name: "My requests" }).click();
  const own = guest.page.getByRole("dialog");
  await own.getByText("Denied by Ana: Too loud for tonight").waitFor();
  await picture(guest.page, "requests-phone");
  assert.equal(await own.getByTestId("request").count(), 2);
});

test("no page complained", () => {
  assert.deepEqual({ host: host.faults, guest: guest.faults }, { host: [], guest: [] });
});
