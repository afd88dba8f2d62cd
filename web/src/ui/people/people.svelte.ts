/**
 * Friends, requests and invites of the one signed in, kept current by news from the socket.
 *
 * Says in words what came. Knows the calls it is given, and nothing of pages.
 */
import type { Friend, FriendRequest, Notice, RoomInvite } from "../../protocol/people";
import type { People } from "../../transport/people";
import { t } from "../messages";
import { toasts } from "../state/toasts.svelte";
import { notify } from "./notify";

type Api = Pick<
  People,
  "friends" | "requests" | "invites" | "ask" | "accept" | "reject" | "withdraw" | "remove" | "dismissInvite"
>;

export class PeopleStore {
  readonly #api: Api;
  readonly #enter: (roomId: string) => Promise<boolean>;
  friends: readonly Friend[] | null = $state.raw(null);
  received: readonly FriendRequest[] = $state.raw([]);
  sent: readonly FriendRequest[] = $state.raw([]);
  invites: readonly RoomInvite[] = $state.raw([]);
  failure: unknown = $state.raw(null);
  /** Grows by every change that others made; what was searched before is out of date then. */
  changes = $state(0);

  /** @param enter joins a room and goes to its page */
  constructor(api: Api, enter: (roomId: string) => Promise<boolean>) {
    this.#api = api;
    this.#enter = enter;
  }

  /** How many things wait for an answer. */
  readonly waiting: number = $derived(this.received.length + this.invites.length);

  /** What the badge counts. */
  async loadWaiting(): Promise<void> {
    try {
      [this.received, this.invites] = await Promise.all([
        this.#api.requests("received"),
        this.#api.invites(),
      ]);
    } catch {
      // A badge is not worth a message; the page of friends says what is wrong.
    }
  }

  async loadFriends(): Promise<void> {
    try {
      this.friends = await this.#api.friends();
    } catch {
      // Asked again soon.
    }
  }

  async load(): Promise<void> {
    try {
      [this.friends, this.received, this.sent, this.invites] = await Promise.all([
        this.#api.friends(),
        this.#api.requests("received"),
        this.#api.requests("sent"),
        this.#api.invites(),
      ]);
      this.failure = null;
    } catch (cause) {
      this.failure = cause;
    }
  }

  /** Somebody else is signed in, or nobody. */
  forget(): void {
    this.friends = null;
    this.received = [];
    this.sent = [];
    this.invites = [];
    this.failure = null;
  }

  take(notice: Notice): void {
    if (notice.kind !== "friend_seen") this.changes++;
    switch (notice.kind) {
      case "friend_request_received": {
        const { request } = notice;
        this.received = [request, ...without(this.received, request)];
        const text = t.people.newRequest(request.from.name);
        this.#tell(text, t.people.accept, request.request_id, () => this.accept(request));
        return;
      }
      case "friend_request_accepted": {
        const { friend } = notice;
        toasts.say(t.people.nowFriends(friend.name));
        this.#settle(friend.user_id);
        void this.loadFriends();
        return;
      }
      case "friend_seen":
        this.#see(notice.friend);
        return;
      case "friend_request_gone": {
        const gone = notice.request_id;
        this.received = this.received.filter((each) => each.request_id !== gone);
        this.sent = this.sent.filter((each) => each.request_id !== gone);
        return;
      }
      case "friend_removed":
        this.friends = this.friends?.filter((each) => each.user_id !== notice.friend.user_id) ?? null;
        return;
      case "room_invite": {
        const { invite } = notice;
        this.invites = [invite, ...this.invites.filter((each) => each.room_id !== invite.room_id)];
        const text = t.people.newInvite(invite.invited_by.name, invite.room_name);
        this.#tell(text, t.people.join, invite.room_id, () => this.enter(invite.room_id));
        return;
      }
    }
  }

  /** True where it went well; says so where not. */
  async ask(userId: string, name: string): Promise<FriendRequest | null> {
    return this.#try(async () => {
      const request = await this.#api.ask(userId);
      if (request.status === "accepted") this.#befriend(userId, name);
      else {
        this.sent = [request, ...without(this.sent, request)];
        toasts.say(t.people.requestSent(name));
      }
      return request;
    });
  }

  async accept(request: FriendRequest): Promise<boolean> {
    const done = await this.#try(async () => {
      await this.#api.accept(request.request_id);
      this.#befriend(request.from.user_id, request.from.name);
      return true;
    });
    if (done === null) await this.loadWaiting();
    return done ?? false;
  }

  async reject(request: FriendRequest): Promise<void> {
    const done = await this.#try(() => this.#api.reject(request.request_id));
    if (done === null) await this.loadWaiting();
    else this.received = without(this.received, request);
  }

  /** Where it was answered meanwhile, that is seen at once. */
  async withdraw(request: FriendRequest): Promise<void> {
    const done = await this.#try(async () => {
      await this.#api.withdraw(request.request_id);
      toasts.say(t.people.withdrawn(request.to.name));
      return true;
    });
    if (done === null) await this.load();
    else this.sent = without(this.sent, request);
    this.changes++;
  }

  async remove(friend: Friend): Promise<void> {
    await this.#try(async () => {
      await this.#api.remove(friend.user_id);
      this.friends = this.friends?.filter((each) => each.user_id !== friend.user_id) ?? null;
      toasts.say(t.people.removed(friend.name));
    });
  }

  /** Coming in uses an invite up. */
  async enter(roomId: string): Promise<void> {
    if (!(await this.#enter(roomId))) return;
    this.invites = this.invites.filter((each) => each.room_id !== roomId);
  }

  async dismiss(invite: RoomInvite): Promise<void> {
    await this.#try(async () => {
      await this.#api.dismissInvite(invite.room_id);
      this.invites = this.invites.filter((each) => each !== invite);
    });
  }

  /** How a friend stands now, in the order the server lists them. */
  #see(friend: Friend): void {
    const others = this.friends?.filter((each) => each.user_id !== friend.user_id);
    if (others !== undefined) this.friends = [...others, friend].sort(onlineFirst);
  }

  #befriend(userId: string, name: string): void {
    this.#settle(userId);
    toasts.say(t.people.nowFriends(name));
    void this.loadFriends();
  }

  /** No request waits between you two any more. */
  #settle(userId: string): void {
    this.received = this.received.filter((each) => each.from.user_id !== userId);
    this.sent = this.sent.filter((each) => each.to.user_id !== userId);
  }

  #tell(text: string, label: string, tag: string, act: () => Promise<unknown>): void {
    toasts.say(text, "plain", { label, run: () => void act() });
    notify(text, tag);
  }

  async #try<T>(act: () => Promise<T>): Promise<T | null> {
    try {
      return await act();
    } catch (cause) {
      toasts.fail(cause);
      return null;
    }
  }
}

function onlineFirst(one: Friend, other: Friend): number {
  if (one.online !== other.online) return one.online ? -1 : 1;
  return one.name.localeCompare(other.name);
}

function without(list: readonly FriendRequest[], request: FriendRequest): FriendRequest[] {
  return list.filter((each) => each.request_id !== request.request_id);
}
