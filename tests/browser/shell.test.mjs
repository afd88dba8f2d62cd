import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";
import { Person } from "./harness/api.mjs";
import { launch, open, PHONE, picture } from "./harness/browsers.mjs";
import { Server } from "./harness/server.mjs";
import { until } from "./harness/until.mjs";

let server;
let browser;

before(async () => {
  [server, browser] = await Promise.all([Server.start(["--limits", "off"]), launch()]);
});

after(async () => {
  await browser?.close();
  await server?.dispose();
});

/** Waits until a service worker has the page. */
async function kept(page) {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

function answersOf(path) {
  return fetch(server.url + path).then(async (answer) => ({ answer, text: await answer.text() }));
}

test("what a browser needs to install Tutti is served as it should be", async () => {
  const worker = await answersOf("/sw.js");
  assert.match(worker.answer.headers.get("content-type"), /^text\/javascript/);
  assert.equal(worker.answer.headers.get("cache-control"), "no-cache");
  assert.doesNotMatch(worker.text, /__BUILD__/);

  const manifest = await answersOf("/manifest.webmanifest");
  assert.match(manifest.answer.headers.get("content-type"), /^application\/manifest\+json/);
  for (const { src, type } of JSON.parse(manifest.text).icons) {
    const { answer } = await answersOf(src);
    assert.equal(answer.status, 200, src);
    assert.equal(answer.headers.get("content-type"), type);
  }
});

test("a browser finds nothing missing for installing it", async () => {
  const { page, faults } = await open(browser, server.url, { shell: true });
  await kept(page);
  const devtools = await page.context().newCDPSession(page);
  const { errors } = await devtools.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  const found = installabilityErrors.map((error) => error.errorId);
  // A test's fresh profile is a private one, where nothing is installed.
  assert.deepEqual(
    found.filter((id) => id !== "in-incognito"),
    [],
  );
  assert.deepEqual(faults, []);
  await page.context().close();
});

test("without its server, Tutti opens and says so; with it, it is itself again", async () => {
  const guest = await Person.guest(server.url, "Ana");
  const { page } = await open(browser, server.url, {
    shell: true,
    viewport: PHONE,
    signedIn: guest.signedIn,
  });
  await kept(page);
  await server.kill();

  await page.goto(`${server.url}/settings`);
  await page.getByRole("heading", { name: "The server cannot be reached" }).waitFor();
  await page.getByRole("button", { name: "Try now" }).waitFor();
  await picture(page, "unreachable-phone");

  await server.startAgain();
  await page.getByRole("heading", { name: "Settings", exact: true }).waitFor();
  await page.context().close();
});

test("no answer of the server's programs is ever kept", async () => {
  const guest = await Person.guest(server.url, "Ben");
  const { page } = await open(browser, server.url, { shell: true, signedIn: guest.signedIn });
  await kept(page);
  await page.goto(`${server.url}/settings`);
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  const paths = await page.evaluate(async () => {
    // Beside the shell there is word of the language, for the service worker.
    const names = (await caches.keys()).filter((name) => name !== "tutti-device");
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map((request) => new URL(request.url).pathname);
  });
  assert.ok(paths.includes("/"));
  const strange = paths.filter((path) => !/^\/(assets\/.*|theme\.js|[\w-]+\.(svg|png|webmanifest))?$/.test(path));
  assert.deepEqual(strange, []);
  await page.context().close();
});

test("a new version is offered, waits, and is there once a person wants it", async (t) => {
  const proxy = await Newer.before(server);
  t.after(() => proxy.close());
  const { page } = await open(browser, proxy.url, { shell: true });
  t.after(() => page.context().close());
  await kept(page);

  proxy.newer = true;
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
  const offer = page.getByRole("button", { name: "Reload" });
  await offer.waitFor();
  const shells = (await page.evaluate(() => caches.keys())).filter((name) => name.startsWith("tutti-shell-"));
  assert.equal(shells.length, 2, "the new shell waits beside the old one");
  await page.evaluate(() => {
    globalThis.before = true;
  });
  await offer.click();
  // While the page loads anew there is nothing to ask.
  const anew = () => page.evaluate(() => globalThis.before === undefined).catch(() => false);
  await until("the page is loaded anew", anew);
  await kept(page);
  assert.equal(
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).waiting),
    null,
  );
});

/** Stands before a server and can make its shell look like that of another build. */
class Newer {
  newer = false;

  static async before(server) {
    const self = new Newer();
    self.listener = http.createServer(async (request, response) => {
      const { headers, method, url } = request;
      const options = { headers: { ...headers, "accept-encoding": "identity" }, method, port: server.port };
      const onward = http.request(`http://127.0.0.1${url}`, options);
      request.pipe(onward);
      const [answer] = await once(onward, "response");
      const chunks = await answer.toArray();
      const text = Buffer.concat(chunks);
      const changed = self.newer && url === "/sw.js";
      // The length is another, and the tag would be one of the old text.
      const { "content-length": _, etag, ...others } = answer.headers;
      response.writeHead(answer.statusCode, others);
      response.end(changed ? String(text).replace(/(version: ?")/, "$1newer-") : text);
    });
    self.listener.listen(0, "127.0.0.1");
    await once(self.listener, "listening");
    self.url = `http://127.0.0.1:${self.listener.address().port}`;
    return self;
  }

  close() {
    this.listener.closeAllConnections();
    this.listener.close();
  }
}
