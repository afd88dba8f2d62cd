/** Notifications of the browser, for news that come while the page is not looked at. Asks for nothing by itself. */
import { t } from "../messages";

export type Permission = NotificationPermission | "unsupported";

export function permission(): Permission {
  return typeof Notification === "undefined" ? "unsupported" : Notification.permission;
}

/** Only on a person's own wish: browsers take it badly otherwise. */
export async function askPermission(): Promise<Permission> {
  return typeof Notification === "undefined" ? "unsupported" : Notification.requestPermission();
}

/** One of the same tag replaces the earlier. */
export function notify(text: string, tag: string): void {
  if (permission() !== "granted" || document.visibilityState === "visible") return;
  try {
    const shown = new Notification(t.app.name, { body: text, tag, icon: "/icon.svg" });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  } catch {
    // Some browsers on phones show them from a service worker only; the toast stands all the same.
    void navigator.serviceWorker?.getRegistration().then(
      (worker) => worker?.showNotification(t.app.name, { body: text, tag, icon: "/icon-192.png" }),
      () => undefined,
    );
  }
}
