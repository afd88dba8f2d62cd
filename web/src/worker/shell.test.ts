import { beforeEach, describe, expect, it } from "vitest";
import { type Build, Shell, type Storage, wayOf } from "./shell";

const ORIGIN = "https://tutti.example";
const BUILD: Build = { version: "b", files: ["/", "/assets/index-1.js", "/icon.svg"] };
const PAGE = '<!doctype html><html lang="en"><body></body></html>';

const pathOf = (request: Request | string) =>
  new URL(typeof request === "string" ? request : request.url, ORIGIN).pathname;

/** Caches as a browser has them, by address. */
class Caches {
  readonly kept = new Map<string, Map<string, Response>>();

  async keys() {
    return [...this.kept.keys()];
  }

  async delete(name: string) {
    return this.kept.delete(name);
  }

  async open(name: string) {
    const files = this.kept.get(name) ?? new Map<string, Response>();
    this.kept.set(name, files);
    return {
      put: async (request: Request | string, answer: Response) => void files.set(pathOf(request), answer),
      match: async (request: Request | string) => files.get(pathOf(request))?.clone(),
    } as unknown as Cache;
  }

  async match(request: Request | string) {
    for (const files of this.kept.values()) {
      const found = files.get(pathOf(request));
      if (found !== undefined) return found.clone();
    }
    return undefined;
  }
}

let caches: Caches;
/** What the server answers; none where it is not there. */
let server: Map<string, () => Response> | null;
let asked: string[];

async function fetched(request: Request | string): Promise<Response> {
  const path = pathOf(request);
  asked.push(path);
  if (server === null) throw new TypeError("no network");
  return server.get(path)?.() ?? new Response("", { status: 404 });
}

const shellOf = (build: Build) => new Shell(caches as unknown as Storage, fetched, build);
const get = (path: string) => new Request(ORIGIN + path);

beforeEach(() => {
  caches = new Caches();
  asked = [];
  server = new Map([
    ["/", () => new Response(PAGE, { headers: { "content-type": "text/html" } })],
    ["/room/room_1", () => new Response("<html>newer</html>")],
    ["/assets/index-1.js", () => new Response("one")],
    ["/assets/late-2.js", () => new Response("late")],
    ["/icon.svg", () => new Response("<svg/>")],
  ]);
});

describe("what passes through", () => {
  const way = (path: string, how: Partial<Request> = {}) =>
    wayOf({ method: "GET", mode: "cors", url: ORIGIN + path, ...how }, ORIGIN, BUILD);

  it.each([
    ["/", "page"],
    ["/room/room_1?probe=1", "page"],
    ["/join/ABC", "page"],
    ["/media/media_1", "leave"],
    ["/api/v1/me", "leave"],
  ])("opening %s is: %s", (path, expected) => expect(way(path, { mode: "navigate" })).toBe(expected));

  it.each([
    ["/assets/anything-9.js", "kept"],
    ["/icon.svg", "kept"],
    ["/friend-room-client.js", "leave"],
    ["/api/v1/rooms", "leave"],
    ["/media/media_1", "leave"],
    ["/socket.io/?EIO=4", "leave"],
    ["/auth/login", "leave"],
  ])("asking for %s is: %s", (path, expected) => expect(way(path)).toBe(expected));

  it("is nothing that changes something, and nothing of another origin", () => {
    expect(way("/", { method: "POST", mode: "navigate" })).toBe("leave");
    expect(way("", { url: "https://elsewhere.example/assets/a.js" })).toBe("leave");
  });
});

describe("a page", () => {
  it("is the server's own while the server is there", async () => {
    const shell = shellOf(BUILD);
    await shell.fill();
    expect(await (await shell.page(get("/room/room_1"))).text()).toBe("<html>newer</html>");
  });

  it("is the kept one without a server, and says so", async () => {
    const shell = shellOf(BUILD);
    await shell.fill();
    server = null;
    const answer = await shell.page(get("/room/room_1"));
    expect(await answer.text()).toContain('<html data-unreachable lang="en">');
    expect(answer.headers.get("content-type")).toBe("text/html");
  });

  it("is the kept one where a proxy says that the server is gone", async () => {
    const shell = shellOf(BUILD);
    await shell.fill();
    server?.set("/room/room_1", () => new Response("bad gateway", { status: 502 }));
    expect(await (await shell.page(get("/room/room_1"))).text()).toContain("data-unreachable");
  });

  it("that the server refuses is refused", async () => {
    const shell = shellOf(BUILD);
    await shell.fill();
    expect((await shell.page(get("/missing.html"))).status).toBe(404);
  });
});

describe("files", () => {
  it("with a hashed name are fetched once", async () => {
    const shell = shellOf(BUILD);
    await shell.fill();
    asked = [];
    for (const _ of [1, 2]) expect(await (await shell.file(get("/assets/late-2.js"))).text()).toBe("late");
    expect(await (await shell.file(get("/assets/index-1.js"))).text()).toBe("one");
    expect(asked).toEqual(["/assets/late-2.js"]);
  });

  it("that are missing are not kept", async () => {
    const shell = shellOf(BUILD);
    expect((await shell.file(get("/assets/nothing-3.js"))).status).toBe(404);
    expect(caches.kept.get("tutti-shell-b")?.size).toBe(0);
  });

  it("are all there or the shell is not used", async () => {
    server?.delete("/icon.svg");
    await expect(shellOf(BUILD).fill()).rejects.toThrow("/icon.svg: 404");
  });

  it("of the build before stay for pages that are still open, older ones go", async () => {
    for (const version of ["x", "y", "z"]) await shellOf({ ...BUILD, version }).fill();
    (await caches.open("tutti-shell-y")).put(get("/assets/old-1.js"), new Response("old"));
    await caches.open("of somebody else");
    server = null;
    const shell = shellOf({ ...BUILD, version: "z" });
    await shell.tidy();
    expect([...caches.kept.keys()]).toEqual(["tutti-shell-y", "tutti-shell-z", "of somebody else"]);
    expect(await (await shell.file(get("/assets/old-1.js"))).text()).toBe("old");
  });
});
