import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, launch, open, PHONE, picture } from "./harness/browsers.mjs";
import { Server } from "./harness/server.mjs";

let server;
let browser;

before(async () => {
  [server, browser] = await Promise.all([Server.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await server?.dispose();
});

for (const [name, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
  test(`the first page loads without a complaint on a ${name}`, async () => {
    const { page, faults } = await open(browser, server.url, { viewport });
    await page.getByRole("heading").first().waitFor();
    await page.waitForLoadState("networkidle");
    await picture(page, `first-page-${name}`);
    assert.deepEqual(faults, []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= viewport.width, `the page is ${wide} px wide and would scroll sideways`);
    await page.context().close();
  });
}
