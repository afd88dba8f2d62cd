/** What `en/states.ts` says, in German. */
import type { Messages } from "../en";

const names = (all: readonly string[], more: number) => {
  const list = more > 0 ? [...all, more === 1 ? "1 weitere Person" : `${more} weitere`] : all;
  const last = list.at(-1) ?? "";
  return list.length < 2 ? last : `${list.slice(0, -1).join(", ")} und ${last}`;
};

export const states: Messages["states"] = {
  muted: "Auf diesem Gerät stumm.",
  unmute: "Ton an",
  remote: "Kein Ton auf diesem Gerät: es steuert nur.",
  listenHere: "Hier hören",
  measuring: "Stimmt sich auf den Raum ein …",
  loading: "Der Song lädt und setzt von selbst an der richtigen Stelle ein.",
  waitingFor: (who, more) => `Wartet auf ${names(who, more)} …`,
  stillLoading: (who, more) =>
    `${names(who, more)} ${who.length + more === 1 ? "lädt" : "laden"} den Song noch.`,
  restarting: "Der Server wird neu gestartet …",
  restarted: "Der Server wurde neu gestartet. Alles ist, wo es war.",
};
