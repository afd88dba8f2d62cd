/** What a person reads about chat, votes and keeping the peace. */
import { counting } from "../plural";

const count = counting("en");

export const chat = {
  title: "Chat",
  unread: (n: number) =>
    n === 0 ? "Chat" : `Chat, ${count(n, { one: "new message", other: "new messages" })}`,
  none: "Nothing said yet",
  noneHint: "Say hello.",
  write: "Message",
  placeholder: "Say something",
  send: "Send",
  deleted: "Message deleted",
  delete: "Delete",
  deleteWhose: (name: string) => `Delete this message of ${name}`,
  deleteAsk: "Delete this message?",
  deleteHint: "Nobody can read it any more.",
  earlier: "Earlier messages",
  react: (emoji: string) => `React with ${emoji}`,
  reactions: "Reactions",
  reacted: (name: string, emoji: string) => `${name}: ${emoji}`,
  muted: "You are muted here: you can read, but not write.",
  long: (left: number) => `${left} characters left`,
};

export const votes = {
  vote: "Vote to skip",
  voted: "You voted to skip",
  count: (votes: number, needed: number) => `${votes} of ${needed}`,
  label: (votes: number, needed: number) =>
    `Vote to skip: ${votes} of ${count(needed, { one: "vote", other: "votes" })}`,
  votedLabel: (votes: number, needed: number) =>
    `You voted to skip: ${votes} of ${count(needed, { one: "vote", other: "votes" })}`,
  tell: (votes: number, needed: number) =>
    `${votes} of ${count(needed, { one: "vote", other: "votes" })} to skip this song`,
  skipped: "Voted off: on to the next.",
  settings: "Voting to skip",
  enabled: "Members may vote to skip a song",
  share: "Votes it takes",
  shareText: (percent: number) => `${percent} % of those connected`,
};

export const peace = {
  title: "Keeping the peace",
  kick: "Remove from room",
  kickAsk: (name: string) => `Remove ${name} from the room?`,
  kickHint: "They may come back where the room lets them in.",
  ban: "Ban",
  banAsk: (name: string) => `Ban ${name} from this room?`,
  banHint: "They are removed, and not let in again until somebody lifts the ban.",
  mute: "Mute",
  unmute: "Unmute",
  mutedMark: "Muted",
  notAbove: "Only the host can do this to anybody, and co-hosts to guests.",
  kicked: "You were removed from this room",
  kickedHint: "The host or a co-host took you out. You can come back where the room lets you in.",
  banned: "You are banned from this room",
  bannedHint: "The host or a co-host let you in no more. Only they can change that.",
  youMuted: "You are muted now: you can listen, but not ask or write.",
  youUnmuted: "You may write and ask again.",
  wasKicked: (name: string) => `${name} was removed`,
  wasBanned: (name: string) => `${name} was banned`,
  bans: "Banned people",
  noBans: "Nobody is banned.",
  bannedBy: (name: string, when: string) => `Banned by ${name} ${when}`,
  unban: "Lift ban",
  unbanWho: (name: string) => `Lift the ban of ${name}`,
};

export const undo = {
  undo: "Undo the last change",
  nothing: "There is nothing to undo.",
  undone: "Undone.",
  cleared: "The playlist is empty.",
  moved: (title: string) => `Moved “${title}”`,
};
