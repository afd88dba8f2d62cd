/** What is told of others, in a page and, while none is open, by the service worker. Imports nothing for its sake. */

export const news = {
  nowFriends: (name: string) => `You and ${name} are friends now.`,
  newRequest: (name: string) => `${name} wants to be your friend.`,
  newInvite: (name: string, room: string) => `${name} invites you into “${room}”.`,
};
