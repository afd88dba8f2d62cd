/**
 * Who this browser is signed in as, and an access token that is still good.
 *
 * One record in local storage serves every tab: whoever finds the access token about to expire renews it under a lock
 * and the others take the result, because a refresh token shown twice ends the session. Reloading costs no renewal.
 * Knows nothing of forms or routes.
 */
import type { SignedIn, User } from "../protocol/rest";
import { ApiError } from "./errors";
import type { WithLock } from "./lock";

/** The browser's record of a sign-in. */
export interface SignIn {
  readonly user: User;
  readonly sessionId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** By this device's wall clock, in epoch milliseconds. */
  readonly expiresAtMs: number;
}

export interface AuthDeps {
  readonly storage: Storage;
  readonly withLock: WithLock;
  /** `POST auth/refresh`; fails with `AUTH_REQUIRED` where the token is good no more. */
  readonly refresh: (refreshToken: string) => Promise<SignedIn>;
  readonly now: () => number;
}

const KEY = "tutti.sign-in";
const LOCK = "tutti.refresh";
/** A token with less left than this is renewed before it is used. */
export const MARGIN_MS = 30_000;

export class Auth {
  readonly #deps: AuthDeps;
  readonly #listeners = new Set<(signIn: SignIn | null) => void>();
  #current: SignIn | null;
  #renewing: Promise<string> | null = null;

  constructor(deps: AuthDeps) {
    this.#deps = deps;
    this.#current = this.#stored();
  }

  get current(): SignIn | null {
    return this.#current;
  }

  /** Calls back on every change, whichever tab made it. */
  subscribe(listener: (signIn: SignIn | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes what another tab wrote. */
  storageChanged(key: string | null): void {
    if (key === KEY || key === null) this.#become(this.#stored());
  }

  adopt(answer: SignedIn): void {
    const signIn: SignIn = {
      user: answer.user,
      sessionId: answer.session_id,
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      expiresAtMs: this.#deps.now() + answer.expires_in * 1_000,
    };
    this.#deps.storage.setItem(KEY, JSON.stringify(signIn));
    this.#become(signIn);
  }

  /** The user's name or username changed. */
  describe(user: User): void {
    if (this.#current === null) return;
    const signIn = { ...this.#current, user: pick(user) };
    this.#deps.storage.setItem(KEY, JSON.stringify(signIn));
    this.#become(signIn);
  }

  forget(): void {
    this.#deps.storage.removeItem(KEY);
    this.#become(null);
  }

  /** An access token that lasts at least `leftMs`. Fails with `AUTH_REQUIRED` when signed out. */
  async token(leftMs = MARGIN_MS): Promise<string> {
    if (this.#current === null) throw new ApiError("AUTH_REQUIRED");
    if (this.#lasts(this.#current, leftMs)) return this.#current.accessToken;
    return this.renew(this.#current.accessToken);
  }

  /** A token other than `stale`, which the server no longer takes. */
  renew(stale: string): Promise<string> {
    this.#renewing ??= this.#deps
      .withLock(LOCK, () => this.#renewAlone(stale))
      .finally(() => {
        this.#renewing = null;
      });
    return this.#renewing;
  }

  async #renewAlone(stale: string): Promise<string> {
    const stored = this.#stored();
    if (stored === null) {
      this.#become(null);
      throw new ApiError("AUTH_REQUIRED");
    }
    if (stored.accessToken !== stale && this.#lasts(stored, MARGIN_MS)) {
      this.#become(stored);
      return stored.accessToken;
    }
    try {
      const answer = await this.#deps.refresh(stored.refreshToken);
      this.adopt(answer);
      return answer.access_token;
    } catch (cause) {
      const error = ApiError.from(cause);
      if (error.code === "AUTH_REQUIRED") this.forget();
      throw error;
    }
  }

  #lasts(signIn: SignIn, leftMs: number): boolean {
    return signIn.expiresAtMs - this.#deps.now() > leftMs;
  }

  #become(signIn: SignIn | null): void {
    this.#current = signIn;
    for (const listener of this.#listeners) listener(signIn);
  }

  #stored(): SignIn | null {
    try {
      const signIn = JSON.parse(this.#deps.storage.getItem(KEY) ?? "null") as SignIn | null;
      return typeof signIn?.refreshToken === "string" ? signIn : null;
    } catch {
      return null;
    }
  }
}

function pick(user: User): User {
  return {
    user_id: user.user_id,
    username: user.username ?? null,
    name: user.name,
    is_guest: user.is_guest,
  };
}
