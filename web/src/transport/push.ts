/** The REST calls of Web Push: what to subscribe with, and this device's subscription. */
import { Calls } from "./calls";

export class PushCalls extends Calls {
  /** Nothing where this server pushes nothing. */
  async key(): Promise<string | null> {
    return (await this.call<{ key?: string | null }>("GET", "/push/key", { sign: "never" })).key ?? null;
  }

  set(subscription: PushSubscriptionJSON): Promise<void> {
    return this.call("PUT", "/me/push", { body: subscription });
  }

  unset(): Promise<void> {
    return this.call("DELETE", "/me/push");
  }
}
