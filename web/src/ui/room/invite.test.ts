import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../../transport/errors";
import { fakePeople, friend } from "../people/testkit";
import { toasts } from "../state/toasts.svelte";
import InviteFriends from "./InviteFriends.svelte";
import QrCode from "./QrCode.svelte";
import { fakeRoom } from "./testkit";

beforeEach(() => {
  toasts.list = [];
});

function show(invite: (roomId: string, userId: string) => Promise<void>) {
  const { store, api } = fakePeople();
  api.friends.mockResolvedValue([friend(2), friend(7)]);
  render(InviteFriends, { room: fakeRoom().room, store, guest: false, invite });
}

it("friends who are not here already are invited by name", async () => {
  const invite = vi.fn(async () => undefined);
  show(invite);
  await fireEvent.click(await screen.findByRole("button", { name: "Invite Person 7" }));
  expect(invite).toHaveBeenCalledWith("room_1", "user_7");
  expect(screen.getByText("Here already")).toBeTruthy();
  expect(await screen.findByText("Invited")).toBeTruthy();
});

it("an invite that fails is told, and can be tried again", async () => {
  show(() => Promise.reject(new ApiError("RATE_LIMITED")));
  await fireEvent.click(await screen.findByRole("button", { name: "Invite Person 7" }));
  await expect.poll(() => toasts.list.length).toBe(1);
  expect(await screen.findByRole("button", { name: "Invite Person 7" })).toHaveProperty("disabled", false);
});

it("the QR code is a picture with a name, and differs from link to link", () => {
  const { container, rerender } = render(QrCode, { text: "https://a.example/join/1", label: "Scan me" });
  const path = () => container.querySelector("path")?.getAttribute("d") ?? "";
  expect(screen.getByRole("img", { name: "Scan me" })).toBeTruthy();
  const before = path();
  expect(before.length).toBeGreaterThan(1_000);
  return rerender({ text: "https://a.example/join/2" }).then(() => expect(path()).not.toBe(before));
});
