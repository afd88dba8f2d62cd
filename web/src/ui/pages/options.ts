/** What a room can be set to, in words. */
import type { Control, Visibility } from "../../protocol/model";
import { t } from "../messages";

const visibilities: readonly Visibility[] = ["invite", "friends", "public"];
const controls: readonly Control[] = ["host", "everyone"];

export const visibilityOptions = visibilities.map((value) => ({
  value,
  label: t.visibility[value],
  hint: t.visibilityHint[value],
}));

export const controlOptions = controls.map((value) => ({ value, label: t.control[value] }));
