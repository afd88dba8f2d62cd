/** In German: friends, requests and invites. */
import type { Messages } from "../en";
import { counting } from "../plural";
import { news } from "./news";

const count = counting("de");

export const people: Messages["people"] = {
  title: "Freunde",
  open: (waiting) =>
    waiting === 0
      ? "Freunde"
      : `Freunde, ${count(waiting, { one: "Sache wartet", other: "Sachen warten" })} auf dich`,
  signedOut: "Für Freunde brauchst du ein Konto",
  signedOutHint: "Melde dich an, um deine zu sehen, oder leg ein Konto an.",
  guestTitle: "Für Freunde brauchst du ein Konto",
  guestHint:
    "Leg eines an, um Leute zu finden, zu sehen, wo sie hören, und dazuzukommen. Deine Räume und deinen Namen behältst du.",
  search: "Leute finden",
  searchHint: "Nach Benutzername oder Name.",
  searchPlaceholder: "Benutzername oder Name",
  found: (n) =>
    n === 0 ? "So heißt niemand." : `${count(n, { one: "Person", other: "Personen" })} gefunden`,
  yourself: "Du",
  add: "Anfragen",
  addWho: (name) => `${name} anfragen: befreundet sein`,
  asked: "Angefragt",
  areFriends: "Befreundet",
  accept: "Annehmen",
  acceptWho: (name) => `Annehmen: ${name}`,
  reject: "Ablehnen",
  rejectWho: (name) => `Ablehnen: ${name}`,
  requests: "Freundschaftsanfragen",
  sent: "Von dir angefragt",
  withdraw: "Zurücknehmen",
  withdrawWho: (name) => `Zurücknehmen: deine Anfrage an ${name}`,
  withdrawn: (name) => `Deine Anfrage an ${name} ist zurückgenommen.`,
  waiting: (when) => `${when} angefragt, noch keine Antwort`,
  wants: (when) => `Hat dich ${when} angefragt`,
  invites: "Einladungen in Räume",
  invitedBy: (name, when) => `${name} hat dich ${when} eingeladen`,
  join: "Beitreten",
  joinWhich: (room) => `Beitreten: ${room}`,
  dismiss: "Verwerfen",
  dismissWhich: (room) => `Verwerfen: Einladung in ${room}`,
  yours: "Deine Freunde",
  none: "Noch keine Freunde hier",
  noneHint: "Such Leute nach ihrem Namen und frag sie an.",
  count: (online, all) => `${online} von ${all} online`,
  online: "Online",
  offline: "Offline",
  listening: (room) => `Hört in „${room}“`,
  inRoom: (room) => `Ist in „${room}“`,
  joinThem: "Dazukommen",
  joinThemWhere: (name, room) => `Dazukommen: ${name} in ${room}`,
  remove: "Freundschaft beenden",
  options: (name) => `Optionen für ${name}`,
  removeAsk: (name) => `Freundschaft mit ${name} beenden?`,
  removeHint: "Davon wird nichts gesagt. Um wieder befreundet zu sein, muss jemand von euch anfragen.",
  removed: (name) => `Du bist nicht mehr mit ${name} befreundet.`,
  since: (when) => `Befreundet seit ${when}`,
  requestSent: (name) => `Du hast ${name} angefragt.`,
  ...news,
  inviteFriend: "Freunde einladen",
  invite: "Einladen",
  inviteWho: (name) => `Einladen: ${name}`,
  invited: "Eingeladen",
  notify: "Sag mir Bescheid, wenn Tutti im Hintergrund ist",
  notifyHint: "Freundschaftsanfragen und Einladungen, als Mitteilungen dieses Browsers.",
  notifyAllow: "Mitteilungen erlauben",
  pushed: "Auch wenn keine Seite offen ist",
  pushedHint:
    "Beim Mitteilungsdienst dieses Browsers hinterlegt, und versiegelt: nur dieses Gerät kann es lesen.",
  pushFailed:
    "Der Mitteilungsdienst dieses Browsers hat das nicht angenommen. Versuch es später noch einmal.",
  notifies: {
    granted: "Dieser Browser meldet dir Freundschaftsanfragen und Einladungen.",
    denied:
      "Dieser Browser lässt von hier keine Mitteilungen zu. Das ändern seine Einstellungen für diese Website.",
    unsupported: "Dieser Browser zeigt von hier keine Mitteilungen.",
  },
};
