/** Where a tap on a notification leads: into a page that is open, where there is one. */

/** So long a page may take to open an address by itself; one that is still loading is led there instead. */
export const PAGE_PATIENCE_MS = 1_000;

/** What a page is told to open, with a port to say that it does. */
export interface Opening {
  readonly open: string;
}

/** What is used of the worker's `Clients`, and of a window among them. */
export interface Windows {
  matchAll(which: { type: "window" }): Promise<readonly Page[]>;
  openWindow(url: string): Promise<unknown>;
}
export interface Page {
  postMessage(message: Opening, ports: MessagePort[]): void;
  focus(): Promise<unknown>;
  navigate(url: string): Promise<unknown>;
}

export async function lead(clients: Windows, url: string): Promise<void> {
  const [page] = await clients.matchAll({ type: "window" });
  if (page === undefined) {
    await clients.openWindow(url);
    return;
  }
  const [opens] = await Promise.all([
    opensItself(page, url),
    // Only a person's own tap may bring a page to the front.
    page.focus().catch(() => undefined),
  ]);
  if (!opens) await page.navigate(url);
}

/** A page that has loaded changes its view by itself, and the music in it plays on. */
function opensItself(page: Page, url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const settle = (opens: boolean) => {
      clearTimeout(timer);
      port1.close();
      resolve(opens);
    };
    const timer = setTimeout(() => settle(false), PAGE_PATIENCE_MS);
    port1.onmessage = () => settle(true);
    page.postMessage({ open: url }, [port2]);
  });
}
