/** A slow line of one page, made by the browser itself: the server is the real one. */

/**
 * @param {import("playwright-core").Page} page
 * @param {{upBytesPerSecond?: number, downBytesPerSecond?: number}} how
 * @returns {Promise<import("playwright-core").CDPSession>}
 */
export async function slow(page, { upBytesPerSecond = -1, downBytesPerSecond = -1 }) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    uploadThroughput: upBytesPerSecond,
    downloadThroughput: downBytesPerSecond,
  });
  return session;
}

/** As fast as it is. */
export async function unslow(line) {
  await line.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    uploadThroughput: -1,
    downloadThroughput: -1,
  });
  await line.detach();
}
