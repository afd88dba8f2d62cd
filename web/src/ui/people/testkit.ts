/** People for the tests of this folder. Not part of the built client. */
import { vi } from "vitest";
import type { FoundPerson, Friend, FriendRequest, RoomInvite } from "../../protocol/people";
import { PeopleStore } from "./people.svelte";

const AT = "2026-01-01T00:00:00.000Z";

export function user(n: number) {
  return { user_id: `user_${n}`, username: `person_${n}`, name: `Person ${n}`, is_guest: false };
}

export function request(n: number, from = 2, to = 1): FriendRequest {
  return { request_id: `req_${n}`, from: user(from), to: user(to), status: "pending", created_at: AT };
}

export function friend(n: number, more: Partial<Friend> = {}): Friend {
  const { user_id, username, name } = user(n);
  return { user_id, username, name, online: true, since: AT, listening_in: [], ...more };
}

export function invite(n: number): RoomInvite {
  return { room_id: `room_${n}`, room_name: `Room ${n}`, invited_by: user(2), invited_at: AT };
}

export function found(n: number, relation: FoundPerson["relation"] = "none"): FoundPerson {
  const { user_id, username, name } = user(n);
  return { user_id, username, name, relation, request_id: null };
}

/** A store whose server answers what the test says. */
export function fakePeople() {
  const api = {
    friends: vi.fn(async (): Promise<Friend[]> => []),
    requests: vi.fn(async (_: "received" | "sent"): Promise<FriendRequest[]> => []),
    invites: vi.fn(async (): Promise<RoomInvite[]> => []),
    ask: vi.fn(async (_: string) => request(9, 1, 2)),
    accept: vi.fn(async (_: string) => request(1)),
    reject: vi.fn(async (_: string) => request(1)),
    withdraw: vi.fn(async (_: string) => undefined),
    remove: vi.fn(async (_: string) => undefined),
    dismissInvite: vi.fn(async (_: string) => undefined),
  };
  const enter = vi.fn(async (_: string) => true);
  return { api, enter, store: new PeopleStore(api, enter) };
}
