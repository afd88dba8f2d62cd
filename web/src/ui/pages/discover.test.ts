import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";
import type { Room } from "../../protocol/rest";
import Discover from "./Discover.svelte";

function room(n: number): Room {
  return {
    room_id: `room_${n}`,
    name: `Room ${n}`,
    member_count: n,
    current_song: null,
    playback_state: { playing: n === 1 },
  } as unknown as Room;
}

it("open rooms are listed without one's own, searched once typing pauses, and entered", async () => {
  const discover = vi.fn(async (text: string) => (text === "" ? [room(1), room(2)] : [room(1)]));
  const enter = vi.fn(async () => true);
  render(Discover, { mine: [room(2)], discover, enter });
  const link = await screen.findByRole("link", { name: /Room 1/ });
  expect(screen.getAllByRole("link")).toHaveLength(1);
  const field = screen.getByRole("searchbox", { name: "Find a room" });
  for (const value of ["ro", "room"]) await fireEvent.input(field, { target: { value } });
  await expect.poll(() => discover.mock.calls.map(([text]) => text)).toEqual(["", "room"]);
  await fireEvent.click(link);
  expect(enter).toHaveBeenCalledWith("room_1");
});

it("where there is none, it says which rooms would be here", async () => {
  render(Discover, { mine: [], discover: async () => [] });
  expect(await screen.findByText(/^No open rooms right now/)).toBeTruthy();
});
