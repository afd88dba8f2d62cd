/**
 * How much later than its clock says this device sounds, as its listener tuned it.
 *
 * Applied at once, kept in the browser, and remembered by the server with the signed-in session. A change that could
 * not be sent yet is sent the next time somebody asks.
 */
import type { Me, PatchMe } from "../../protocol/rest";

const KEY = "tutti.latency";
export const MAX_LATENCY_MS = 2_000;
/** Presses this close together are one change. */
const PRESSES_MS = 400;

export interface LatencyServices {
  readonly storage: Pick<Storage, "getItem" | "setItem">;
  readonly sessionId: () => string | null;
  readonly me: () => Promise<Pick<Me, "output_latency_ms">>;
  readonly patchMe: (body: PatchMe) => Promise<unknown>;
}

interface Kept {
  readonly ms: number;
  /** The session that knows it; null while none does. */
  readonly session: string | null;
}

export class Latency {
  readonly #services: LatencyServices;
  #session: string | null;
  #asked: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  ms = $state(0);

  constructor(services: LatencyServices) {
    this.#services = services;
    const kept = read(services.storage);
    this.ms = kept?.ms ?? 0;
    this.#session = kept === null ? services.sessionId() : kept.session;
  }

  set(ms: number): void {
    this.ms = clamp(ms);
    this.#session = null;
    this.#keep();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), PRESSES_MS);
  }

  nudge(byMs: number): void {
    this.set(this.ms + byMs);
  }

  /** Brings the browser's word and the session's together, once a sign-in: what was tuned here goes before. */
  async settle(): Promise<void> {
    const session = this.#services.sessionId();
    if (session === null || this.#timer !== null) return;
    if (this.#session !== session) {
      await this.#send();
    } else if (this.#asked !== session) {
      this.#asked = session;
      try {
        const { output_latency_ms } = await this.#services.me();
        if (this.#session === session) this.#take(output_latency_ms, session);
      } catch {
        this.#asked = null;
      }
    }
  }

  async #send(): Promise<void> {
    this.#timer = null;
    const session = this.#services.sessionId();
    const { ms } = this;
    if (session === null) return;
    try {
      await this.#services.patchMe({ output_latency_ms: ms });
      if (this.ms === ms) this.#take(ms, session);
      this.#asked = session;
    } catch {
      // Sent again by the next `settle`; until then it holds in this browser all the same.
    }
  }

  #take(ms: number, session: string): void {
    this.ms = clamp(ms);
    this.#session = session;
    this.#keep();
  }

  #keep(): void {
    this.#services.storage.setItem(KEY, JSON.stringify({ ms: this.ms, session: this.#session }));
  }
}

function clamp(ms: number): number {
  return Math.round(Math.max(-MAX_LATENCY_MS, Math.min(MAX_LATENCY_MS, ms)));
}

function read(storage: LatencyServices["storage"]): Kept | null {
  try {
    const { ms, session } = JSON.parse(storage.getItem(KEY) ?? "null") as Record<string, unknown>;
    if (typeof ms !== "number" || !Number.isFinite(ms)) return null;
    return { ms: clamp(ms), session: typeof session === "string" ? session : null };
  } catch {
    return null;
  }
}
