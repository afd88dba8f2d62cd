/** In German: chat, votes and keeping the peace. */
import type { Messages } from "../en";
import { counting } from "../plural";

const count = counting("de");
const votesOf = (n: number) => count(n, { one: "Stimme", other: "Stimmen" });

export const chat: Messages["chat"] = {
  title: "Chat",
  unread: (n) =>
    n === 0 ? "Chat" : `Chat, ${count(n, { one: "neue Nachricht", other: "neue Nachrichten" })}`,
  none: "Noch nichts gesagt",
  noneHint: "Sag Hallo.",
  write: "Nachricht",
  placeholder: "Sag etwas",
  send: "Senden",
  deleted: "Nachricht gelöscht",
  delete: "Löschen",
  deleteWhose: (name) => `Löschen: diese Nachricht von ${name}`,
  deleteAsk: "Diese Nachricht löschen?",
  deleteHint: "Danach kann sie niemand mehr lesen.",
  earlier: "Frühere Nachrichten",
  react: (emoji) => `Reagieren mit ${emoji}`,
  reactions: "Reaktionen",
  reacted: (name, emoji) => `${name}: ${emoji}`,
  muted: "Du bist hier stumm: lesen kannst du, schreiben nicht.",
  long: (left) => `Noch ${left} Zeichen`,
};

export const votes: Messages["votes"] = {
  vote: "Fürs Überspringen stimmen",
  voted: "Du hast fürs Überspringen gestimmt",
  count: (votes, needed) => `${votes} von ${needed}`,
  label: (votes, needed) => `Fürs Überspringen stimmen: ${votes} von ${votesOf(needed)}`,
  votedLabel: (votes, needed) => `Du hast fürs Überspringen gestimmt: ${votes} von ${votesOf(needed)}`,
  tell: (votes, needed) => `${votes} von ${votesOf(needed)} dafür, diesen Song zu überspringen`,
  skipped: "Abgewählt: weiter mit dem nächsten.",
  settings: "Abstimmen übers Überspringen",
  enabled: "Mitglieder dürfen abstimmen, einen Song zu überspringen",
  share: "Nötige Stimmen",
  shareText: (percent) => `${percent} % der Verbundenen`,
};

export const peace: Messages["peace"] = {
  title: "Frieden wahren",
  kick: "Aus dem Raum entfernen",
  kickAsk: (name) => `${name} aus dem Raum entfernen?`,
  kickHint: "Wer entfernt ist, kann zurückkommen, wo der Raum es zulässt.",
  ban: "Sperren",
  banAsk: (name) => `${name} für diesen Raum sperren?`,
  banHint: "Wer gesperrt ist, fliegt hinaus und kommt erst wieder herein, wenn die Sperre aufgehoben wird.",
  mute: "Stumm schalten",
  unmute: "Stummschaltung aufheben",
  mutedMark: "Stumm",
  notAbove: "Das kann nur der Host bei allen, und ein Co-Host bei Gästen.",
  kicked: "Du wurdest aus diesem Raum entfernt",
  kickedHint:
    "Der Host oder ein Co-Host hat dich hinausgeschickt. Du kannst zurückkommen, wo der Raum es zulässt.",
  banned: "Du bist für diesen Raum gesperrt",
  bannedHint: "Der Host oder ein Co-Host lässt dich nicht mehr herein. Nur sie können das ändern.",
  youMuted: "Du bist jetzt stumm: hören kannst du, wünschen und schreiben nicht.",
  youUnmuted: "Du darfst wieder schreiben und wünschen.",
  wasKicked: (name) => `${name} wurde entfernt`,
  wasBanned: (name) => `${name} wurde gesperrt`,
  bans: "Gesperrte Leute",
  noBans: "Niemand ist gesperrt.",
  bannedBy: (name, when) => `${when} gesperrt von ${name}`,
  unban: "Sperre aufheben",
  unbanWho: (name) => `Sperre aufheben: ${name}`,
};

export const undo: Messages["undo"] = {
  undo: "Letzte Änderung rückgängig machen",
  nothing: "Es gibt nichts rückgängig zu machen.",
  undone: "Rückgängig gemacht.",
  cleared: "Die Playlist ist leer.",
  moved: (title) => `„${title}“ verschoben`,
};
