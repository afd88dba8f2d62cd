import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { launch, open, PHONE, picture } from "./harness/browsers.mjs";
import { Server } from "./harness/server.mjs";

let server;
let browser;
let page;
let faults;
let ben;

before(async () => {
  [server, browser] = await Promise.all([Server.start(), launch()]);
  const ana = await Person.register(server.url, "ana", "quince orchard lantern");
  ben = await Person.register(server.url, "ben", "quince orchard lantern");
  await ben.createRoom("Kitchen", "public");
  ({ page, faults } = await open(browser, `${server.url}/account`, { signedIn: ana.signedIn }));
});

after(async () => {
  await browser?.close();
  await server?.dispose();
});

const part = (name) => page.getByRole("group", { name: "Part" }).getByRole("button", { name }).click();

test("who runs the server is led to its page, and sees how it is", async () => {
  await page.getByRole("link", { name: "Run this server" }).click();
  await page.getByRole("heading", { name: "This server" }).waitFor();
  await page.getByText("Takes changes").waitFor();
  await page.getByRole("button", { name: "Check the journal now" }).click();
  await page.getByText(/^All is well: \d+ entries read\.$/).waitFor();
  await picture(page, "admin-health-desktop");
});

test("how much the journal holds and how long the disk takes is told", async () => {
  await page.getByText(/^\d+ entries in \d+ streams$/).waitFor();
  await page.getByText(/^[\d.]+ ms, [\d.]+ ms for the slowest hundredth$/).waitFor();
});

const form = (name) => page.getByRole("form", { name });
const saved = (name) =>
  page
    .waitForResponse(
      (answer) => answer.url().endsWith("/admin/settings") && answer.request().method() === "PATCH",
      {
        timeout: 10_000,
      },
    )
    .then((answer) => assert.equal(answer.status(), 200, name));

test("what is set holds at once, and says who set it", async () => {
  await part("Settings");
  await page.getByLabel("Anybody may come in without a password").uncheck();
  await page.getByText("Saved.").first().waitFor();
  await assert.rejects(Person.guest(server.url, "Cem"), /403/);
  await page.getByRole("textbox", { name: "Largest upload, in MiB" }).fill("7");
  await Promise.all([saved("amounts"), page.getByRole("button", { name: "Save" }).first().click()]);
  await page.getByRole("textbox", { name: "Tell sessions where the music is every, in seconds" }).fill("2.5");
  await Promise.all([saved("resync"), page.getByRole("button", { name: "Save" }).first().click()]);
  await page.reload();
  await part("Settings");
  assert.equal(await page.getByRole("textbox", { name: "Largest upload, in MiB" }).inputValue(), "7");
  assert.equal(
    await page
      .getByRole("textbox", { name: "Tell sessions where the music is every, in seconds" })
      .inputValue(),
    "2.5",
  );
  await page.getByText(/^Set by ana, .* · at the start: 512$/).waitFor();
  await picture(page, "admin-settings-desktop");
});

test("limits and origins are set, and go back to how the server started", async () => {
  const limits = form("Limits");
  await limits.getByRole("textbox", { name: "New rooms, by person" }).fill("1/d");
  await Promise.all([saved("rates"), limits.getByRole("button", { name: "Save" }).click()]);
  await limits.getByText(/^Set by ana, .* · at the start: 5\/h$/).waitFor();
  const reach = form("How this server is reached");
  await reach
    .getByRole("textbox", { name: "Other pages that may use this server" })
    .fill("https://app.example.org");
  await Promise.all([saved("origins"), reach.getByRole("button", { name: "Save" }).click()]);
  await reach.getByText(/at the start: nothing$/).waitFor();
  const back = limits.getByRole("button", { name: "As at the start: New rooms, by person" });
  await Promise.all([saved("back"), back.click()]);
  await limits.getByText(/at the start/).waitFor({ state: "detached" });
  assert.equal(await limits.getByRole("textbox", { name: "New rooms, by person" }).inputValue(), "5/h");
  await page.setViewportSize(PHONE);
  await picture(page, "admin-settings-phone");
});

test("rooms are seen and closed", async () => {
  await part("Rooms");
  await page.getByText("Host: ben").waitFor();
  await page.getByRole("button", { name: "Close Kitchen" }).click();
  await page.getByRole("button", { name: "Close for good" }).click();
  await page.getByText("Nobody and nothing of that name.").waitFor();
});

test("people are found and signed out", async () => {
  await page.setViewportSize(PHONE);
  await part("People");
  await page.getByLabel("Search").fill("ben");
  await page.getByText("@ana").waitFor({ state: "detached" });
  await picture(page, "admin-people-phone");
  await page.getByRole("button", { name: "Sign out everywhere: ben" }).click();
  await page.getByText("1 device is signed out.").waitFor();
  await assert.rejects(ben.me(), /401/);
});

test("an account is disabled, and enabled again", async () => {
  const signIn = () => Person.login(server.url, "ben", "quince orchard lantern");
  await page.getByRole("button", { name: "Disable ben" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disable", exact: true }).click();
  await page.getByText("The account is disabled.").waitFor();
  await assert.rejects(signIn(), /403/);
  await page.getByRole("button", { name: "Enable ben" }).click();
  await page.getByText("They may sign in again.").waitFor();
  await signIn();
});

test("the page never complained", () => assert.deepEqual(faults, []));

test("for everybody else the page is not there", async () => {
  const other = await Person.login(server.url, "ben", "quince orchard lantern");
  const { page } = await open(browser, `${server.url}/admin`, { signedIn: other.signedIn });
  await page.getByText("This page is for those who run the server.").waitFor();
});
