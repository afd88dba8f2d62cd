import { describe, expect, it, vi } from "vitest";
import type { SignedIn } from "../protocol/rest";
import { Auth } from "./auth";
import { ApiError } from "./errors";
import type { WithLock } from "./lock";
import { memoryStorage } from "./testkit";

function answer(n: number): SignedIn {
  return {
    user: { user_id: "user_1", username: null, name: "Ana", is_guest: true },
    access_token: `access_${n}`,
    refresh_token: `refresh_${n}`,
    expires_in: 600,
    session_id: "sess_1",
  };
}

/** A lock all tabs of one test share. */
function sharedLock(): WithLock {
  let last: Promise<unknown> = Promise.resolve();
  return (_name, work) => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
}

function setup() {
  let now = 0;
  let renewals = 0;
  const shown: string[] = [];
  const refresh = vi.fn(async (token: string) => {
    if (shown.includes(token)) throw new ApiError("AUTH_REQUIRED");
    shown.push(token);
    renewals += 1;
    return answer(renewals);
  });
  const deps = { storage: memoryStorage(), withLock: sharedLock(), refresh, now: () => now };
  const tab = () => new Auth(deps);
  return { tab, refresh, deps, pass: (ms: number) => (now += ms) };
}

describe("an access token", () => {
  it("is used until shortly before it expires", async () => {
    const { tab, refresh, pass } = setup();
    const auth = tab();
    auth.adopt(answer(0));
    pass(500_000);
    expect(await auth.token()).toBe("access_0");
    pass(80_000);
    expect(await auth.token()).toBe("access_1");
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it("survives a reload without a renewal", async () => {
    const { tab, refresh } = setup();
    tab().adopt(answer(0));
    expect(await tab().token()).toBe("access_0");
    expect(refresh).not.toHaveBeenCalled();
  });

  it("is renewed once for many callers", async () => {
    const { tab, refresh, pass } = setup();
    const auth = tab();
    auth.adopt(answer(0));
    pass(600_000);
    expect(await Promise.all([auth.token(), auth.token(), auth.token()])).toEqual(Array(3).fill("access_1"));
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it("is renewed once for two tabs, so that no refresh token is shown twice", async () => {
    const { tab, refresh, pass } = setup();
    tab().adopt(answer(0));
    const [one, two] = [tab(), tab()];
    pass(600_000);
    expect(await Promise.all([one.token(), two.token()])).toEqual(["access_1", "access_1"]);
    expect(refresh).toHaveBeenCalledTimes(1);
  });
});

describe("signing out", () => {
  it("follows from a refresh token the server takes no more", async () => {
    const { tab, refresh, pass } = setup();
    const auth = tab();
    auth.adopt(answer(0));
    pass(600_000);
    refresh.mockRejectedValueOnce(new ApiError("AUTH_REQUIRED"));
    await expect(auth.token()).rejects.toMatchObject({ code: "AUTH_REQUIRED" });
    expect(auth.current).toBeNull();
  });

  it("does not follow from a server that cannot be reached", async () => {
    const { tab, refresh, pass } = setup();
    const auth = tab();
    auth.adopt(answer(0));
    pass(600_000);
    refresh.mockRejectedValueOnce(new ApiError("UNREACHABLE"));
    await expect(auth.token()).rejects.toMatchObject({ code: "UNREACHABLE" });
    expect(await auth.token()).toBe("access_1");
  });

  it("in one tab is seen by the others", () => {
    const { tab } = setup();
    const one = tab();
    one.adopt(answer(0));
    const two = tab();
    const seen = vi.fn();
    two.subscribe(seen);
    one.forget();
    two.storageChanged("tutti.sign-in");
    expect(seen).toHaveBeenLastCalledWith(null);
  });
});

it("a damaged record counts as signed out", () => {
  const { tab, deps } = setup();
  deps.storage.setItem("tutti.sign-in", "{oops");
  expect(tab().current).toBeNull();
});
