/** What every part of the server's settings is given. */
import type { PatchServerSettings, ServerSettingsAnswer } from "../../protocol/admin";

export interface Setting {
  answer: ServerSettingsAnswer;
  busy: boolean;
  set: (change: PatchServerSettings) => Promise<void>;
  /** As at the start again, by its name. */
  back: (name: string) => Promise<void>;
}
