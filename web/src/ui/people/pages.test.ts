import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../../transport/errors";
import { toasts } from "../state/toasts.svelte";
import FriendList from "./FriendList.svelte";
import Requests from "./Requests.svelte";
import Search from "./Search.svelte";
import { fakePeople, found, friend, invite, request } from "./testkit";

beforeEach(() => {
  toasts.list = [];
});

const room = {
  room_id: "room_1",
  name: "Kitchen",
  member_count: 2,
  playing: true,
  visibility: "friends" as const,
};

it("friends are listed with where they listen, and joined there", async () => {
  const { store, enter } = fakePeople();
  store.friends = [friend(2, { listening_in: [room] }), friend(3, { online: false })];
  render(FriendList, { store });
  expect(screen.getByText("1 of 2 online")).toBeTruthy();
  expect(screen.getByText("Listens in “Kitchen”")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Join them: Person 2 in Kitchen" }));
  expect(enter).toHaveBeenCalledWith("room_1");
});

it("a friend is removed only when asked twice", async () => {
  const { store, api } = fakePeople();
  store.friends = [friend(2)];
  render(FriendList, { store });
  await fireEvent.click(screen.getByRole("button", { name: "Options for Person 2" }));
  expect(api.remove).not.toHaveBeenCalled();
  await fireEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Remove friend" }));
  expect(api.remove).toHaveBeenCalledWith("user_2");
  await expect.poll(() => store.friends).toEqual([]);
});

it("requests and invites are answered where they are listed", async () => {
  const { store, api, enter } = fakePeople();
  store.received = [request(1)];
  store.sent = [request(2, 1, 3)];
  store.invites = [invite(1), invite(2)];
  render(Requests, { store });
  expect(screen.getByText(/no answer yet/)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Decline Person 2" }));
  await fireEvent.click(screen.getByRole("button", { name: "Dismiss the invite into Room 2" }));
  await fireEvent.click(screen.getByRole("button", { name: "Join Room 1" }));
  expect(api.reject).toHaveBeenCalledWith("req_1");
  expect(api.dismissInvite).toHaveBeenCalledWith("room_2");
  expect(enter).toHaveBeenCalledWith("room_1");
});

it("people are searched for once typing pauses, and each shows how they stand to you", async () => {
  const { store, api } = fakePeople();
  const search = vi.fn(async (_: string) => [
    found(1, "self"),
    found(2),
    found(3, "request_sent"),
    found(4, "friend"),
  ]);
  render(Search, { store, search });
  const field = screen.getByRole("searchbox", { name: "Find people" });
  await fireEvent.input(field, { target: { value: "per" } });
  await fireEvent.input(field, { target: { value: "person" } });
  await expect.poll(() => screen.queryAllByRole("listitem").length).toBe(4);
  expect(search.mock.calls.map(([text]) => text)).toEqual(["person"]);
  for (const text of ["You", "Asked", "Friends"]) expect(screen.getByText(text)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Add Person 2 as a friend" }));
  expect(api.ask).toHaveBeenCalledWith("user_2");
});

it("a request is taken back where it is listed; one that was accepted meanwhile is shown as it is", async () => {
  const { store, api } = fakePeople();
  store.sent = [request(1, 1, 2), request(2, 1, 3)];
  render(Requests, { store });
  const back = (name: string) => screen.getByRole("button", { name: `Take back your request to ${name}` });
  await fireEvent.click(back("Person 2"));
  expect(api.withdraw).toHaveBeenCalledWith("req_1");
  await expect.poll(() => store.sent.map((each) => each.request_id)).toEqual(["req_2"]);
  api.withdraw.mockRejectedValue(new ApiError("CONFLICT", "answered"));
  api.friends.mockResolvedValue([friend(3)]);
  await fireEvent.click(back("Person 3"));
  await expect.poll(() => store.friends?.length).toBe(1);
  expect(store.sent).toEqual([]);
});

it("arrow keys go from the words to who was found and back", async () => {
  const { store } = fakePeople();
  render(Search, { store, search: async () => [found(2), found(3)] });
  const field = screen.getByRole("searchbox");
  await fireEvent.input(field, { target: { value: "p" } });
  const second = await screen.findByRole("button", { name: "Add Person 3 as a friend" });
  field.focus();
  await fireEvent.keyDown(field, { key: "ArrowDown" });
  await fireEvent.keyDown(document.activeElement as Element, { key: "ArrowDown" });
  expect(document.activeElement).toBe(second);
  await fireEvent.keyDown(second, { key: "ArrowUp" });
  await fireEvent.keyDown(document.activeElement as Element, { key: "ArrowUp" });
  expect(document.activeElement).toBe(field);
});
