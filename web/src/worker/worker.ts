/** The service worker: hands the browser's events to the shell. Knows which build it belongs to, and nothing of pages. */
import { type Build, Shell, wayOf } from "./shell";

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build. */
declare const __BUILD__: Build;

/** What a page says once a person wants the new version. */
const TAKE_OVER = "take over";

const build = __BUILD__;
const shell = new Shell(caches, (request, init) => fetch(request, init), build);

self.addEventListener("install", (event) => event.waitUntil(shell.fill()));

self.addEventListener("activate", (event) => {
  event.waitUntil(shell.tidy().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data === TAKE_OVER) void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const way = wayOf(event.request, self.location.origin, build);
  if (way === "page") event.respondWith(shell.page(event.request));
  else if (way === "kept") event.respondWith(shell.file(event.request));
});
