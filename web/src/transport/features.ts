/** What this server offers beyond what all do. */
import { Calls } from "./calls";

export class Features extends Calls {
  /** Whether YouTube videos can be played; asked anew each time, because it may be switched while the server runs. */
  async youtube(): Promise<boolean> {
    return (await this.call<{ youtube: boolean }>("GET", "/features", { sign: "never" })).youtube;
  }
}
