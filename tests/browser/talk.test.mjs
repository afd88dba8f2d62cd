import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { DESKTOP, launchAll, open, PHONE, picture } from "./harness/browsers.mjs";
import { Server } from "./harness/server.mjs";

let server;
let browsers;
let host;
let guest;
let roomId;

before(async () => {
  [server, browsers] = await Promise.all([Server.start(), launchAll(2)]);
  const [ana, ben] = await Promise.all(["Ana", "Ben"].map((name) => Person.guest(server.url, name)));
  const { room } = await ana.createRoom("Kitchen", "public");
  await ben.join(room.room_id);
  for (const n of [1, 2, 3]) await ana.addLink(room.room_id, `Song ${n}`, `${server.url}/nothing/${n}.mp3`);
  roomId = room.room_id;
  const url = `${server.url}/room/${room.room_id}`;
  [host, guest] = await Promise.all([
    open(browsers[0], url, { viewport: DESKTOP, signedIn: ana.signedIn }),
    open(browsers[1], url, { viewport: PHONE, signedIn: ben.signedIn }),
  ]);
  host.person = ana;
  for (const { page } of [host, guest]) await page.getByRole("heading", { name: "Kitchen" }).waitFor();
});

after(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
  await server?.dispose();
});

const say = async (page, text) => {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
};

test("what is said is counted until it is looked at, answered, and deleted for everybody", async () => {
  await say(host.page, "Anything you would like to hear?");
  await guest.page.getByRole("button", { name: "Chat, 1 new message" }).click();
  await guest.page.getByText("Anything you would like to hear?").waitFor();
  await say(guest.page, "Something slower <b>please</b>");
  await guest.page.getByRole("button", { name: "React with 👏" }).click();
  await host.page.getByText("Something slower <b>please</b>").waitFor();
  await Promise.all([picture(host.page, "chat-desktop"), picture(guest.page, "chat-phone")]);

  await host.page.getByRole("button", { name: "Delete this message of Ben" }).click();
  await host.page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await guest.page.getByText("Message deleted").waitFor();
});

test("a guest votes to skip, and one more vote does it", async () => {
  await guest.page.locator("[data-tab=player]").click();
  await guest.page.getByRole("heading", { name: "Song 1" }).waitFor();
  await host.page.getByRole("button", { name: "Settings" }).click();
  const slider = host.page.getByRole("slider", { name: "Votes it takes" });
  await slider.fill("100");
  await host.page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).click();
  await guest.page.getByRole("button", { name: "Vote to skip: 0 of 2 votes" }).click();
  await guest.page.getByRole("button", { name: "You voted to skip" }).waitFor();
  await host.page.getByRole("region", { name: "Now playing" }).getByText("1 of 2 votes").waitFor();
  await host.person.voteSkip(roomId);
  await guest.page.getByRole("heading", { name: "Song 2" }).waitFor();
});

test("what was cleared comes back with one tap", async () => {
  await host.page.getByRole("button", { name: "Playlist options" }).click();
  await host.page.getByRole("button", { name: "Clear the playlist" }).click();
  await host.page.getByRole("button", { name: "Remove all" }).click();
  await host.page.getByText("The playlist is empty.").waitFor();
  await host.page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  for (const n of [1, 2, 3]) await host.page.getByRole("button", { name: `Play Song ${n}` }).waitFor();
});

test("a muted guest cannot write and is told why, until unmuted", async () => {
  await host.page.getByRole("button", { name: /Ben/ }).first().click();
  const dialog = host.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Mute" }).click();
  await guest.page.locator("[data-tab=chat]").click();
  const field = guest.page.getByRole("textbox", { name: "Message" });
  await guest.page.getByPlaceholder("You are muted here: you can read, but not write.").waitFor();
  assert.ok(await field.isDisabled());
  await picture(host.page, "member-desktop");
  await dialog.getByRole("button", { name: "Unmute" }).click();
  await guest.page.getByPlaceholder("Say something").waitFor();
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
});

test("a banned guest is told so at once, is not let in again, and is once the ban is lifted", async () => {
  await host.page.getByRole("button", { name: /Ben/ }).first().click();
  const dialog = host.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Ban", exact: true }).click();
  await dialog.getByRole("button", { name: "Ban", exact: true }).click();
  await guest.page.getByRole("heading", { name: "You are banned from this room" }).waitFor();

  await guest.page.reload();
  await guest.page.getByRole("button", { name: "Join the room" }).click();
  await guest.page.getByText("You are banned from this room.").waitFor();
  await host.page.getByRole("button", { name: "Settings" }).click();
  await host.page.getByRole("button", { name: "Lift the ban of Ben" }).click();
  await host.page.getByText("Nobody is banned.").waitFor();
  await guest.page.reload();
  await guest.page.getByRole("button", { name: "Join the room" }).click();
  await guest.page.getByRole("heading", { name: "Kitchen" }).waitFor();
});

test("the host's page never complained", () => {
  const unrelated = (fault) => !fault.includes("/nothing/") && !/404/.test(fault);
  assert.deepEqual(host.faults.filter(unrelated), []);
});
