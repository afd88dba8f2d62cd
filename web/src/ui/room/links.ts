/** Audio somewhere on the web: whether an address is one, what to call it, and how long it is. */

export function webUrl(text: string): URL | null {
  try {
    const url = new URL(text.trim());
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

/** The file's name without its ending, or the site where there is none. */
export function titleFrom(url: URL): string {
  const last = url.pathname.split("/").at(-1) ?? "";
  let name = last;
  try {
    name = decodeURIComponent(last);
  } catch {
    // Kept as it is written.
  }
  const title = name
    .replace(/\.[a-z0-9]{2,5}$/i, "")
    .replace(/[_+]/g, " ")
    .trim();
  return title === "" ? url.hostname : title.slice(0, 300);
}

const PATIENCE_MS = 4_000;

/** Asks the browser how long it is, so that the room knows its end; null where that cannot be told soon. */
export function probeDuration(url: string): Promise<number | null> {
  return new Promise((resolve) => {
    const audio = new Audio();
    const finish = (ms: number | null) => {
      clearTimeout(timer);
      audio.removeAttribute("src");
      resolve(ms);
    };
    const timer = setTimeout(() => finish(null), PATIENCE_MS);
    audio.preload = "metadata";
    audio.onloadedmetadata = () =>
      finish(
        Number.isFinite(audio.duration) && audio.duration > 0 ? Math.round(audio.duration * 1_000) : null,
      );
    audio.onerror = () => finish(null);
    audio.src = url;
  });
}
