/** Web Push: what a message from the server reads, and where a tap on it leads. Knows no page. */
import { news as german } from "../ui/messages/de/news";
import { news as english } from "../ui/messages/en/news";

interface Named {
  readonly name: string;
}

/** As `schemas` has it of the server. */
export type PushMessage =
  | { readonly type: "friend_request"; readonly from: Named }
  | { readonly type: "new_friend"; readonly friend: Named }
  | {
      readonly type: "room_invite";
      readonly by: Named;
      readonly room_id: string;
      readonly room_name: string;
    };

export interface Shown {
  readonly body: string;
  /** One of the same tag replaces the earlier. */
  readonly tag: string;
  readonly url: string;
}

/** Nothing where a newer server tells of something this worker has no words for. */
export function shownOf(message: PushMessage, language: string): Shown | null {
  const words = language.startsWith("de") ? german : english;
  switch (message.type) {
    case "friend_request":
      return {
        body: words.newRequest(message.from.name),
        tag: `request ${message.from.name}`,
        url: "/friends",
      };
    case "new_friend":
      return {
        body: words.nowFriends(message.friend.name),
        tag: `friend ${message.friend.name}`,
        url: "/friends",
      };
    case "room_invite":
      return {
        body: words.newInvite(message.by.name, message.room_name),
        tag: `invite ${message.room_id}`,
        url: `/room/${message.room_id}`,
      };
    default:
      return null;
  }
}

/** The language that a page left word of, else the browser's. */
export async function languageOf(caches: CacheStorage, wanted: string): Promise<string> {
  const said = await caches.match("/language", { cacheName: "tutti-device" });
  return (await said?.text()) ?? wanted;
}
