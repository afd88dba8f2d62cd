/** What a room can be set to, in words. */
import type { Control, Visibility } from "../../protocol/model";
import { t } from "../messages";

const visibilities: readonly Visibility[] = ["invite", "friends", "public"];
const controls: readonly Control[] = ["host", "everyone"];

export function visibilityOptions() {
  return visibilities.map((value) => ({ value, label: t.visibility[value], hint: t.visibilityHint[value] }));
}

export function controlOptions() {
  return controls.map((value) => ({ value, label: t.control[value] }));
}
