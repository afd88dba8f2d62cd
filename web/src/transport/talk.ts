/** The REST calls about a room's talk and peace: older messages, who is banned. What happens now comes by socket. */
import type { Banned, Bans, ChatAnswer } from "../protocol/talk";
import { Calls } from "./calls";

export class TalkCalls extends Calls {
  /** The messages before an entry, the latest last; the latest of all where none is named. */
  messages(roomId: string, beforeSeq: number | null): Promise<ChatAnswer> {
    const before = beforeSeq === null ? "" : `?before_seq=${beforeSeq}`;
    return this.call("GET", `/rooms/${encodeURIComponent(roomId)}/chat${before}`);
  }

  async bans(roomId: string): Promise<Banned[]> {
    return (await this.call<Bans>("GET", `/rooms/${encodeURIComponent(roomId)}/bans`)).bans;
  }
}
