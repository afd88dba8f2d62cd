/** In German: asking the host for changes of the playlist. */
import type { Messages } from "../en";
import { counting } from "../plural";

const count = counting("de");

export const requests: Messages["requests"] = {
  title: "Wünsche",
  mine: "Meine Wünsche",
  open: "Wünsche",
  review: "Ansehen",
  waitingFor: (n) => count(n, { one: "Wunsch wartet auf dich", other: "Wünsche warten auf dich" }),
  mineWait: (n) => count(n, { one: "Wunsch von dir wartet", other: "Wünsche von dir warten" }),
  mineDecided: "Über deine Wünsche ist entschieden",
  explain: (host) =>
    `${host} entscheidet, was hier läuft. Was du hinzufügst, verschiebst oder entfernst, ist erst ein Wunsch.`,
  explainNobody:
    "Der Host entscheidet, was hier läuft. Was du hinzufügst, verschiebst oder entfernst, ist erst ein Wunsch.",
  suggest: "Musik wünschen",
  askAdd: (title) => `Wünschen: ${title}`,
  askRemove: "Entfernen wünschen",
  askUp: "Weiter oben wünschen",
  askDown: "Weiter unten wünschen",
  askNext: "Als Nächstes wünschen",
  asked: (what) => `Du hast dir vom Host gewünscht: ${what}`,
  askedShort: "Gewünscht",
  muted: "Du bist hier stumm: hören kannst du, wünschen und schreiben nicht.",
  came: (name, what) => `${name} wünscht: ${what}`,
  add: (title) => `„${title}“ hinzufügen`,
  move: (title, place) => `„${title}“ auf Platz ${place}`,
  remove: (title) => `„${title}“ entfernen`,
  edit: (title) => `„${title}“ neu beschreiben`,
  aSong: "ein Song",
  approve: "Zustimmen",
  approveWhat: (what) => `Zustimmen: ${what}`,
  deny: "Ablehnen",
  denyWhat: (what) => `Ablehnen: ${what}`,
  reason: "Grund (freiwillig)",
  reasonHint: "Alle im Raum können ihn lesen.",
  denyDo: "Wunsch ablehnen",
  withdraw: "Zurücknehmen",
  withdrawWhat: (what) => `Zurücknehmen: ${what}`,
  none: "Niemand wünscht sich etwas.",
  noneMine: "Du hast dir noch nichts gewünscht.",
  pending: "Wartet",
  approved: "Zugestimmt",
  denied: "Abgelehnt",
  withdrawn: "Zurückgenommen",
  decided: "Entschieden",
  by: (name) => `von ${name}`,
  wasApproved: (what) => `Zugestimmt: ${what}`,
  wasDenied: (what, reason) => (reason === null ? `Abgelehnt: ${what}` : `Abgelehnt: ${what}. ${reason}`),
};
