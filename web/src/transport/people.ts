/** The REST calls between people: search, friend requests, friends, and invites into rooms. */
import type {
  FoundPeople,
  FoundPerson,
  Friend,
  FriendRequest,
  FriendRequestAnswer,
  FriendRequests,
  Friends,
  RoomInvite,
  RoomInvites,
} from "../protocol/people";
import { Calls } from "./calls";

export class People extends Calls {
  async search(text: string, signal?: AbortSignal): Promise<FoundPerson[]> {
    const path = `/friends/search?q=${encodeURIComponent(text.trim())}`;
    return (await this.call<FoundPeople>("GET", path, signal === undefined ? {} : { signal })).users;
  }

  async friends(): Promise<Friend[]> {
    return (await this.call<Friends>("GET", "/friends")).friends;
  }

  async requests(type: "received" | "sent"): Promise<FriendRequest[]> {
    return (await this.call<FriendRequests>("GET", `/friends/requests?type=${type}`)).requests;
  }

  /** Answers with a request that is accepted already where the other one had asked before. */
  ask(userId: string): Promise<FriendRequest> {
    return this.#answer("request", { user_id: userId });
  }

  accept(requestId: string): Promise<FriendRequest> {
    return this.#answer("accept", { request_id: requestId });
  }

  reject(requestId: string): Promise<FriendRequest> {
    return this.#answer("reject", { request_id: requestId });
  }

  async withdraw(requestId: string): Promise<void> {
    await this.call("DELETE", `/friends/requests/${encodeURIComponent(requestId)}`);
  }

  async remove(userId: string): Promise<void> {
    await this.call("DELETE", `/friends/${encodeURIComponent(userId)}`);
  }

  async invite(roomId: string, userId: string): Promise<void> {
    await this.call("POST", `/rooms/${encodeURIComponent(roomId)}/invite`, { body: { user_id: userId } });
  }

  async invites(): Promise<RoomInvite[]> {
    return (await this.call<RoomInvites>("GET", "/me/invites")).invites;
  }

  async dismissInvite(roomId: string): Promise<void> {
    await this.call("DELETE", `/me/invites/${encodeURIComponent(roomId)}`);
  }

  async #answer(verb: string, body: unknown): Promise<FriendRequest> {
    return (await this.call<FriendRequestAnswer>("POST", `/friends/${verb}`, { body })).request;
  }
}
