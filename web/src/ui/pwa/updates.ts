/**
 * Has the browser keep the shell, and notices when the server has a newer one. Nothing changes under an open page by
 * itself: a person says when.
 */

/** What the worker understands; see `worker/worker.ts`. */
const TAKE_OVER = "take over";
const LOOK_EVERY_MS = 30 * 60_000;

/** Lets the new version take over, and shows it. */
type Apply = () => void;

/** @param offer told once whenever a new version waits */
export async function keepShell(
  container: ServiceWorkerContainer,
  offer: (apply: Apply) => void,
): Promise<void> {
  const registration = await container.register("/sw.js", { updateViaCache: "none" });
  let offered: ServiceWorker | null = null;
  const look = () => {
    const { waiting } = registration;
    // Without a worker before it, there is no older version that it could wait for.
    if (waiting === null || waiting === offered || container.controller === null) return;
    offered = waiting;
    offer(() => {
      container.addEventListener("controllerchange", () => location.reload(), { once: true });
      waiting.postMessage(TAKE_OVER);
    });
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  look();
  const ask = () => void registration.update().catch(() => undefined);
  setInterval(ask, LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") ask();
  });
}
