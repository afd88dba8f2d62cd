/** Puts the shell to work once the page has settled, and tells of new versions in a toast that waits. */
import type { Opening } from "../../worker/lead";
import { t } from "../messages";
import { push } from "../people/push.svelte";
import { router } from "../router.svelte";
import { account } from "../state/account.svelte";
import { toasts } from "../state/toasts.svelte";
import { keepShell } from "./updates";

export async function start(container: ServiceWorkerContainer): Promise<void> {
  if (document.readyState !== "complete") {
    await new Promise((loaded) => addEventListener("load", loaded, { once: true }));
  }
  // A notification was tapped that is about something else than what is looked at.
  container.addEventListener("message", ({ data, ports }: MessageEvent<Partial<Opening>>) => {
    if (typeof data.open !== "string" || !data.open.startsWith("/")) return;
    router.go(data.open);
    ports[0]?.postMessage(true);
  });
  try {
    await keepShell(container, (apply) =>
      toasts.offer(t.update.there, { label: t.update.reload, run: apply }, "update"),
    );
  } catch {
    // A browser may refuse, in private windows for one: everything works, but not without the server.
    return;
  }
  if (account.user !== null) await push.look().catch(() => undefined);
}
