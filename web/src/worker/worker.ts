/** The service worker: hands the browser's events to the shell. Knows which build it belongs to, and nothing of pages. */
import { lead } from "./lead";
import { languageOf, type PushMessage, shownOf } from "./news";
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

self.addEventListener("push", (event) => {
  const message = event.data?.json() as PushMessage | undefined;
  if (message !== undefined) event.waitUntil(tell(message));
});

async function tell(message: PushMessage): Promise<void> {
  const shown = shownOf(message, await languageOf(caches, navigator.language));
  if (shown === null) return;
  const { body, tag, url } = shown;
  await self.registration.showNotification("Tutti", { body, tag, icon: "/icon-192.png", data: { url } });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = (event.notification.data as { url?: string } | null)?.url ?? "/";
  event.waitUntil(lead(self.clients, url));
});
