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

test("what is set holds at once", async () => {
  await part("Settings");
  await page.getByLabel("Anybody may come in without a password").uncheck();
  await page.getByText("Saved.").first().waitFor();
  await assert.rejects(Person.guest(server.url, "Cem"), /403/);
  await page.getByLabel("Largest upload, in MiB").fill("7");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForFunction(() => document.querySelector("button[type=submit]")?.disabled === false);
  await page.reload();
  await part("Settings");
  assert.equal(await page.getByLabel("Largest upload, in MiB").inputValue(), "7");
  await picture(page, "admin-settings-desktop");
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

test("the page never complained", () => assert.deepEqual(faults, []));

test("for everybody else the page is not there", async () => {
  const other = await Person.login(server.url, "ben", "quince orchard lantern");
  const { page } = await open(browser, `${server.url}/admin`, { signedIn: other.signedIn });
  await page.getByText("This page is for those who run the server.").waitFor();
});
