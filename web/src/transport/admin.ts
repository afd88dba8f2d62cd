/** The REST calls of those who run the server. */
import type {
  AdminRoom,
  AdminRooms,
  AdminUser,
  AdminUsers,
  JournalVerified,
  PatchServerSettings,
  ServerSettingsAnswer,
  ServerStatus,
  SignedOut,
} from "../protocol/admin";
import { Calls } from "./calls";

export class AdminCalls extends Calls {
  status(): Promise<ServerStatus> {
    return this.call("GET", "/admin/status");
  }

  settings(): Promise<ServerSettingsAnswer> {
    return this.call("GET", "/admin/settings");
  }

  set(body: PatchServerSettings): Promise<ServerSettingsAnswer> {
    return this.call("PATCH", "/admin/settings", { body });
  }

  async users(text: string): Promise<AdminUser[]> {
    return (await this.call<AdminUsers>("GET", `/admin/users?q=${encodeURIComponent(text)}`)).users;
  }

  /** Signs all devices of a person out, and says how many those were. */
  async signOut(userId: string): Promise<number> {
    const path = `/admin/users/${encodeURIComponent(userId)}/sign-out`;
    return (await this.call<SignedOut>("POST", path)).devices;
  }

  /** Lets nobody sign in as a person any more, or lets them in again. */
  async allow(userId: string, allowed: boolean): Promise<void> {
    await this.call("POST", `/admin/users/${encodeURIComponent(userId)}/${allowed ? "enable" : "disable"}`);
  }

  async erase(userId: string): Promise<void> {
    await this.call("DELETE", `/admin/users/${encodeURIComponent(userId)}`);
  }

  async rooms(text: string): Promise<AdminRoom[]> {
    return (await this.call<AdminRooms>("GET", `/admin/rooms?q=${encodeURIComponent(text)}`)).rooms;
  }

  async close(roomId: string): Promise<void> {
    await this.call("DELETE", `/admin/rooms/${encodeURIComponent(roomId)}`);
  }

  verify(): Promise<JournalVerified> {
    return this.call("POST", "/admin/journal/verify", { slow: true });
  }
}
