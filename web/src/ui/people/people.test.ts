import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../transport/errors";
import { toasts } from "../state/toasts.svelte";
import { fakePeople, friend, invite, request, user } from "./testkit";

beforeEach(() => {
  toasts.list = [];
});

const said = () => toasts.list.map((toast) => toast.text);

describe("news", () => {
  it("of a request count in the badge and can be accepted where they are told", async () => {
    const { api, store } = fakePeople();
    store.take({ kind: "friend_request_received", request: request(1) });
    store.take({ kind: "friend_request_received", request: request(1) });
    expect(store.waiting).toBe(1);
    expect(said()[0]).toBe("Person 2 wants to be your friend.");
    toasts.list[0]?.action?.run();
    await expect.poll(() => store.waiting).toBe(0);
    expect(api.accept).toHaveBeenCalledWith("req_1");
  });

  it("of an invite lead into the room, which uses it up", async () => {
    const { enter, store } = fakePeople();
    store.take({ kind: "room_invite", invite: invite(1) });
    expect(said()).toEqual(["Person 2 invites you into “Room 1”."]);
    toasts.list[0]?.action?.run();
    await expect.poll(() => store.invites).toEqual([]);
    expect(enter).toHaveBeenCalledWith("room_1");
  });

  it("of an accepted request settle it and bring the friend", async () => {
    const { api, store } = fakePeople();
    api.friends.mockResolvedValue([friend(2)]);
    store.sent = [request(1, 1, 2)];
    store.take({ kind: "friend_request_accepted", friend: user(2) });
    expect(store.sent).toEqual([]);
    await expect.poll(() => store.friends?.length).toBe(1);
  });

  it("of a friend who comes online put them first, and back when they go", () => {
    const { store } = fakePeople();
    store.friends = [friend(2), friend(3, { online: false })];
    const names = () => store.friends?.map((each) => each.name);
    store.take({ kind: "friend_seen", friend: friend(2, { online: false }) });
    store.take({ kind: "friend_seen", friend: friend(3) });
    expect(names()).toEqual(["Person 3", "Person 2"]);
    store.take({ kind: "friend_seen", friend: friend(3, { online: false }) });
    expect(names()).toEqual(["Person 2", "Person 3"]);
    expect(store.changes).toBe(0);
    expect(said()).toEqual([]);
  });

  it("of a request that waits no more take it away, whoever had made it", () => {
    const { store } = fakePeople();
    store.received = [request(1)];
    store.sent = [request(2, 1, 3), request(3, 1, 4)];
    store.take({ kind: "friend_request_gone", request_id: "req_1" });
    store.take({ kind: "friend_request_gone", request_id: "req_2" });
    expect(store.waiting).toBe(0);
    expect(store.sent.map((each) => each.request_id)).toEqual(["req_3"]);
    expect(said()).toEqual([]);
  });

  it("of a friendship that is over take the friend away", () => {
    const { store } = fakePeople();
    store.friends = [friend(2), friend(3)];
    store.take({ kind: "friend_removed", friend: user(2) });
    expect(store.friends.map((each) => each.name)).toEqual(["Person 3"]);
  });
});

it("an invite into a room that lets nobody in stays", async () => {
  const { enter, store } = fakePeople();
  enter.mockResolvedValue(false);
  store.invites = [invite(1)];
  await store.enter("room_1");
  expect(store.invites).toHaveLength(1);
});

it("asking somebody who has asked already makes friends at once", async () => {
  const { api, store } = fakePeople();
  store.received = [request(1)];
  api.ask.mockResolvedValue({ ...request(1), status: "accepted" });
  await store.ask("user_2", "Person 2");
  expect(said()).toEqual(["You and Person 2 are friends now."]);
  expect(store.received).toEqual([]);
});

it("a request that cannot be made is told in words", async () => {
  const { api, store } = fakePeople();
  api.ask.mockRejectedValue(new ApiError("CONFLICT", "you are friends already"));
  expect(await store.ask("user_2", "Person 2")).toBeNull();
  expect(said()).toEqual(["You are friends already."]);
});

it("what waits is asked for anew where an answer came too late", async () => {
  const { api, store } = fakePeople();
  store.received = [request(1)];
  api.accept.mockRejectedValue(new ApiError("NOT_FOUND"));
  expect(await store.accept(request(1))).toBe(false);
  expect(store.received).toEqual([]);
});
