/** Bodies of the REST calls of those who run the server. */
export type {
  AdminRoom,
  AdminRooms,
  AdminUser,
  AdminUsers,
  JournalFigures,
  JournalVerified,
  ServerSettings,
  ServerSettingsAnswer,
  ServerStatus,
  SettingChanged,
  SignedOut,
} from "./generated/rest/answers";
export type { PatchServerSettings } from "./generated/rest/requests";
