/** In German: what is told of others, in a page and, while none is open, by the service worker. */
import type { news as English } from "../en/news";

export const news: typeof English = {
  nowFriends: (name: string) => `Du und ${name} seid jetzt befreundet.`,
  newRequest: (name: string) => `${name} möchte mit dir befreundet sein.`,
  newInvite: (name: string, room: string) => `${name} lädt dich in „${room}“ ein.`,
};
