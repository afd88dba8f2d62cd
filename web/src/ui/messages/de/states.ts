/** What `en/states.ts` says, in German. */
import type { Messages } from "../en";

import { counting } from "../plural";

const count = counting("de");

export const states: Messages["states"] = {
  muted: "Auf diesem Gerät stumm.",
  unmute: "Ton an",
  remote: "Kein Ton auf diesem Gerät: es steuert nur.",
  listenHere: "Hier hören",
  measuring: "Stimmt sich auf den Raum ein …",
  loading: "Der Song lädt und setzt von selbst an der richtigen Stelle ein.",
  tap: "Dieser Browser will, dass du das Video selbst antippst.",
  advert: "YouTube zeigt Werbung oder wartet. Danach geht es dort weiter, wo der Raum ist.",
  others: (n) => count(n, { one: "weitere Person", other: "weitere" }),
  waitingFor: (who) => `Wartet auf ${who} …`,
  stillLoading: (n, who) => `${who} ${n === 1 ? "lädt" : "laden"} den Song noch.`,
  restarting: "Der Server wird neu gestartet …",
  restarted: "Der Server wurde neu gestartet. Alles ist, wo es war.",
};
