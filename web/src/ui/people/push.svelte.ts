/**
 * News by Web Push, for while no page is open: only on a person's own wish, only for the one who wished it, and only where
 * the browser and the server both do it.
 */
import { account } from "../state/account.svelte";
import { pushCalls } from "../state/services";

/** Who wished it on this device. */
const KEY = "tutti.push";

class Push {
  /** The key to subscribe with; nothing where it cannot be had. */
  #key: string | null = null;
  available = $state(false);
  on = $state(false);

  /** Looks what there is, and sees that the server knows what was wished: the sign-in may be another than then. */
  async look(): Promise<void> {
    const registration = await navigator.serviceWorker?.getRegistration();
    if (registration?.pushManager === undefined) return;
    this.#key = await pushCalls.key();
    this.available = this.#key !== null;
    const subscription = await registration.pushManager.getSubscription();
    const wished = account.user !== null && localStorage.getItem(KEY) === account.user.user_id;
    if (this.available && subscription !== null && wished) {
      await pushCalls.set(subscription.toJSON());
      this.on = true;
    }
  }

  async set(on: boolean): Promise<void> {
    const { pushManager } = await navigator.serviceWorker.ready;
    if (on && account.user !== null) {
      const subscription = await pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: this.#key,
      });
      await pushCalls.set(subscription.toJSON());
      localStorage.setItem(KEY, account.user.user_id);
    } else {
      await pushCalls.unset();
      localStorage.removeItem(KEY);
      await (await pushManager.getSubscription())?.unsubscribe();
    }
    this.on = on;
  }
}

export const push = new Push();
