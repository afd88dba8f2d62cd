import { render, screen } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";
import type { Room } from "../../protocol/rest";
import { ApiError } from "../../transport/errors";
import HostedRooms from "./HostedRooms.svelte";

const room = (n: number, host: string) =>
  ({
    room_id: `room_${n}`,
    name: `Room ${n}`,
    host_id: host,
    visibility: "invite",
    member_count: 2,
  }) as Room;

it("of one's rooms those that one hosts are listed, each a step from its settings", async () => {
  render(HostedRooms, { userId: "user_1", load: async () => [room(1, "user_1"), room(2, "user_2")] });
  const link = await screen.findByRole("link", { name: "Settings of Room 1" });
  expect(link.getAttribute("href")).toBe("/room/room_1?settings");
  expect(screen.queryByText("Room 2")).toBeNull();
});

it("where they cannot be had, that is said and tried again", async () => {
  const load = vi.fn(async (): Promise<Room[]> => {
    throw new ApiError("UNREACHABLE");
  });
  render(HostedRooms, { userId: "user_1", load });
  const again = await screen.findByRole("button", { name: "Try again" });
  load.mockResolvedValue([]);
  again.click();
  await screen.findByText(/You host no room/);
});
