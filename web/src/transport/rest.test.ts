import { beforeEach, describe, expect, it, vi } from "vitest";
import { Auth } from "./auth";
import { type Fetch, send } from "./calls";
import { ApiError } from "./errors";
import { PATIENCE_MS } from "./patience";
import { Rest, refreshCall } from "./rest";
import { memoryStorage } from "./testkit";

const signedIn = (n: number) => ({
  user: { user_id: "user_1", username: null, name: "Ana", is_guest: true },
  access_token: `access_${n}`,
  refresh_token: `refresh_${n}`,
  expires_in: 600,
  session_id: "sess_1",
});

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const fetch = vi.fn<Fetch>();
const calls = () =>
  fetch.mock.calls.map(([url, init]) => ({
    call: `${init?.method} ${url}`,
    token: new Headers(init?.headers).get("authorization"),
    body: typeof init?.body === "string" ? JSON.parse(init.body) : undefined,
  }));

let auth: Auth;
let rest: Rest;
beforeEach(() => {
  fetch.mockReset();
  auth = new Auth({
    storage: memoryStorage(),
    withLock: (_, work) => work(),
    refresh: refreshCall(fetch),
    now: () => 0,
  });
  rest = new Rest(auth, fetch);
});

describe("signing in", () => {
  it("as a guest keeps the sign-in", async () => {
    fetch.mockResolvedValueOnce(json(201, signedIn(1)));
    await rest.guest("  Ana ");
    expect(calls()).toEqual([{ call: "POST /api/v1/auth/guest", token: null, body: { name: "Ana" } }]);
    expect(auth.current?.accessToken).toBe("access_1");
  });

  it("registering as a guest shows who that guest is", async () => {
    auth.adopt(signedIn(1));
    fetch.mockResolvedValueOnce(json(201, signedIn(2)));
    await rest.register({ username: "ana", password: "correct horse" });
    expect(calls()[0]?.token).toBe("Bearer access_1");
    expect(auth.current?.accessToken).toBe("access_2");
  });

  it("out forgets, even where the server does not answer", async () => {
    auth.adopt(signedIn(1));
    fetch.mockRejectedValueOnce(new TypeError("network"));
    await expect(rest.logout()).rejects.toMatchObject({ code: "UNREACHABLE" });
    expect(auth.current).toBeNull();
  });
});

describe("a call", () => {
  const never: Fetch = (_, init) =>
    new Promise((_, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    });

  it("that a server takes and never answers is given up", async () => {
    vi.useFakeTimers();
    fetch.mockImplementation(never);
    const failed = expect(rest.guest("Ana")).rejects.toMatchObject({ code: "UNREACHABLE" });
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    await failed;
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it("that may take long is not, but can be cancelled like any other", async () => {
    vi.useFakeTimers();
    fetch.mockImplementation(never);
    for (const slow of [{ slow: true } as const, {}]) {
      const asked = new AbortController();
      const ended = vi.fn();
      const call = { ...slow, signal: asked.signal };
      const outcome = send(fetch, "GET", "/rooms", call, null).catch((error: unknown) => {
        ended();
        return error;
      });
      await vi.advanceTimersByTimeAsync(slow.slow ? 10 * PATIENCE_MS : PATIENCE_MS - 1);
      expect(ended).not.toHaveBeenCalled();
      asked.abort();
      expect(await outcome).toMatchObject({ code: "CANCELLED" });
    }
    vi.useRealTimers();
  });

  it("whose token is refused goes again with a fresh one", async () => {
    auth.adopt(signedIn(1));
    fetch
      .mockResolvedValueOnce(json(401, { code: "AUTH_REQUIRED", message: "expired" }))
      .mockResolvedValueOnce(json(200, signedIn(2)))
      .mockResolvedValueOnce(json(200, { rooms: [] }));
    expect(await rest.rooms()).toEqual([]);
    expect(calls().map(({ call, token }) => [call, token])).toEqual([
      ["GET /api/v1/rooms", "Bearer access_1"],
      ["POST /api/v1/auth/refresh", null],
      ["GET /api/v1/rooms", "Bearer access_2"],
    ]);
  });

  it("fails early where nobody is signed in", async () => {
    await expect(rest.rooms()).rejects.toMatchObject({ code: "AUTH_REQUIRED" });
    expect(fetch).not.toHaveBeenCalled();
  });

  it("without content answers nothing", async () => {
    auth.adopt(signedIn(1));
    fetch.mockResolvedValueOnce(new Response(null, { status: 204 }));
    await expect(rest.leave("room_1")).resolves.toBeUndefined();
  });
});

describe("an error", () => {
  const failing = async (response: Response | Error): Promise<ApiError> => {
    auth.adopt(signedIn(1));
    if (response instanceof Error) fetch.mockRejectedValueOnce(response);
    else fetch.mockResolvedValueOnce(response);
    return rest.rooms().then(
      () => Promise.reject(new Error("it did not fail")),
      (cause: unknown) => ApiError.from(cause),
    );
  };

  it("brings its code, its message and when to try again", async () => {
    const error = await failing(
      json(429, { code: "RATE_LIMITED", message: "slow down", retry_after_ms: 900 }),
    );
    expect(error).toMatchObject({ code: "RATE_LIMITED", message: "slow down", retryAfterMs: 900 });
  });

  it("of a proxy in between is judged by its status", async () => {
    expect((await failing(new Response("<h1>Bad Gateway</h1>", { status: 502 }))).code).toBe("UNREACHABLE");
    expect((await failing(new Response("", { status: 507 }))).code).toBe("STORAGE_FULL");
    expect((await failing(new Response("", { status: 500 }))).code).toBe("INTERNAL");
  });

  it("of the network is one of a server that cannot be reached", async () => {
    expect((await failing(new TypeError("Failed to fetch"))).code).toBe("UNREACHABLE");
  });
});

it("the audio is fetched with the sign-in, renewed where needed", async () => {
  auth.adopt(signedIn(1));
  fetch
    .mockResolvedValueOnce(new Response("", { status: 401 }))
    .mockResolvedValueOnce(json(200, signedIn(2)))
    .mockResolvedValueOnce(new Response("sound", { status: 206 }));
  const answer = await rest.signedFetch("/media/media_1", { headers: { Range: "bytes=0-9" } });
  expect(await answer.text()).toBe("sound");
  expect(calls().at(-1)?.token).toBe("Bearer access_2");
  expect(new Headers(fetch.mock.calls.at(-1)?.[1]?.headers).get("range")).toBe("bytes=0-9");
});
