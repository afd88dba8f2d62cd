/** In German: tuning a device. */
import type { Messages } from "../en";

export const calibration: Messages["calibration"] = {
  title: "Dieses Gerät abstimmen",
  open: "Dieses Gerät abstimmen …",
  hint: "Funkkopfhörer und manche Lautsprecher klingen später, als dieses Gerät weiß. Sag ihm, um wie viel, dann spielt es so viel früher.",
  value: "Spielt voraus um",
  ms: (n) => `${n > 0 ? "+" : n < 0 ? "−" : ""}${Math.abs(n)} ms`,
  earlier: (n) => `${n} ms früher`,
  later: (n) => `${n} ms später`,
  earlierGroup: "Ich klinge zu spät",
  laterGroup: "Ich klinge zu früh",
  changed: (ms) => `Spielt voraus um ${ms}`,
  reset: "Auf 0 zurück",
  kept: "Für dieses Gerät gemerkt.",
  clicks: "Klicks",
  clicksHint:
    "Jedes Gerät klickt im selben Moment. Leg zwei nebeneinander und verstell eines, bis die Klicks einer sind.",
  start: "Klicks starten",
  stop: "Klicks anhalten",
  wait: "Kommt in Tritt …",
  hushed: "Solange es klickt, schweigt die Musik auf diesem Gerät.",
  tap: "Mittippen",
  tapHint: "Tipp hier bei jedem Klick",
  more: (n) => (n === 1 ? "Noch einmal tippen" : `Noch ${n} Mal tippen`),
  result: (late, sure) =>
    `Du tippst ${Math.abs(late)} ms ${late < 0 ? "vor" : "nach"} dem Klick, auf ${sure} ms genau.`,
  resultOf: (used, all) => `Aus ${used} von ${all} Tipps.`,
  honest:
    "Das misst den Lautsprecher, deinen Finger und diesen Bildschirm zusammen: die meisten tippen etwas zu früh, und Bildschirme antworten spät. Nimm es als ersten Anhalt und stimm nach Gehör fertig ab.",
  use: (ms) => `${ms} übernehmen`,
  again: "Noch einmal tippen",
  none: "Dieser Browser gibt keinen Ton aus.",
};
