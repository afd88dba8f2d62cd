/** What `en/door.ts` says, in German. */
import type { Messages } from "../en";

export const door: Messages["door"] = {
  invited: "Du bist eingeladen, im selben Moment mitzuhören.",
  invitedBy: (host) => `${host} hat die Leitung. Du hörst, was alle hören, im selben Moment.`,
  here: (n) =>
    n === 0 ? "Gerade ist niemand hier." : n === 1 ? "1 Person ist hier." : `${n} Personen sind hier.`,
  plays: (song) => `„${song}“ läuft.`,
  stands: (song) => `„${song}“ kommt als Nächstes.`,
  how: "Auf diesem Gerät",
  way: { sound: "Hier hören", muted: "Stumm mithören", remote: "Nur steuern" },
  wayHint: {
    sound: "Es spielt die Musik.",
    muted: "Im Takt, und still, bis du den Ton anmachst.",
    remote: "Kein Ton: für ein Gerät neben den Lautsprechern.",
  },
};
