/**
 * What a service worker keeps of Tutti so that it opens without its server: the page, its scripts and its icons, one
 * cache a build.
 *
 * Keeps nothing else: no answer of the API, no music, no socket ever passes through here.
 */

/** The part of a browser's cache storage that is used. */
export type Storage = Pick<CacheStorage, "open" | "keys" | "delete" | "match">;

export interface Build {
  /** Differs where any file of the shell does. */
  readonly version: string;
  /** Addresses to hold from the start; `/` is the page. */
  readonly files: readonly string[];
}

const PREFIX = "tutti-shell-";
/** Addresses below these belong to programs, even where somebody opens them as a page. */
const PROGRAMS = /^\/(api|media|auth|sessions|requests|ws|socket\.io|metrics)(\/|$)/;
/** What a proxy says of a server that is not there. */
const GONE: ReadonlySet<number> = new Set([502, 503, 504]);
/** The build in use, and the one before it: a page that is still open may want a part it has not loaded yet. */
const KEPT = 2;

/** What to do about a request. */
export type Way = "page" | "kept" | "leave";

export function wayOf(request: Pick<Request, "method" | "url" | "mode">, origin: string, build: Build): Way {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== origin || PROGRAMS.test(url.pathname)) return "leave";
  if (request.mode === "navigate") return "page";
  const hashed = url.pathname.startsWith("/assets/");
  return hashed || build.files.includes(url.pathname) ? "kept" : "leave";
}

export class Shell {
  readonly #caches: Storage;
  readonly #fetch: (request: Request | string, init?: RequestInit) => Promise<Response>;
  readonly #build: Build;

  constructor(
    caches: Storage,
    fetch: (request: Request | string, init?: RequestInit) => Promise<Response>,
    build: Build,
  ) {
    this.#caches = caches;
    this.#fetch = fetch;
    this.#build = build;
  }

  /** Takes every file in. Fails as a whole, so that a half shell is never used. */
  async fill(): Promise<void> {
    const cache = await this.#caches.open(this.#name);
    await Promise.all(
      this.#build.files.map(async (file) => {
        const hashed = file.startsWith("/assets/");
        const answer = await this.#fetch(file, hashed ? {} : { cache: "no-cache" });
        if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
        await cache.put(file, answer);
      }),
    );
  }

  /** Forgets builds that no open page can want any more. */
  async tidy(): Promise<void> {
    const names = (await this.#caches.keys()).filter(
      (name) => name.startsWith(PREFIX) && name !== this.#name,
    );
    const old = names.slice(0, Math.max(0, names.length - (KEPT - 1)));
    await Promise.all(old.map((name) => this.#caches.delete(name)));
  }

  /** The page as the server has it now; without a server, the one that was kept, which then says so. */
  async page(request: Request): Promise<Response> {
    const answer = await this.#fetch(request).catch(() => null);
    if (answer !== null && !GONE.has(answer.status)) return answer;
    const kept = await (await this.#caches.open(this.#name)).match("/");
    if (kept === undefined) return answer ?? Response.error();
    const text = (await kept.text()).replace("<html", "<html data-unreachable");
    return new Response(text, { headers: kept.headers });
  }

  /** A file of the shell. What a hashed name holds never changes, so it is kept once it was seen. */
  async file(request: Request): Promise<Response> {
    const kept = await this.#kept(request);
    if (kept !== undefined) return kept;
    const answer = await this.#fetch(request);
    if (answer.ok && new URL(request.url).pathname.startsWith("/assets/")) {
      const cache = await this.#caches.open(this.#name);
      // A full disk keeps nobody from using what has just come.
      await cache.put(request, answer.clone()).catch(() => undefined);
    }
    return answer;
  }

  async #kept(request: Request): Promise<Response | undefined> {
    const own = await (await this.#caches.open(this.#name)).match(request);
    return own ?? (await this.#caches.match(request));
  }

  get #name(): string {
    return PREFIX + this.#build.version;
  }
}
