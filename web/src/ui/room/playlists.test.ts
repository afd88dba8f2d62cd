import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { SavedPlaylist } from "../../protocol/playlists";
import { ApiError } from "../../transport/errors";
import SavedPlaylists from "../pages/SavedPlaylists.svelte";
import { toasts } from "../state/toasts.svelte";
import { fileName } from "./download";
import PlaylistDialog from "./PlaylistDialog.svelte";
import { fakeRoom, view } from "./testkit";

beforeEach(() => {
  toasts.list = [];
});

const SAVED: SavedPlaylist = {
  playlist_id: "list_1",
  name: "Evening",
  track_count: 3,
  saved_at: "2026-01-01T00:00:00.000Z",
};
const said = () => toasts.list.map((toast) => toast.text);

describe("playlist options", () => {
  function show(of = view(), userId = "user_1") {
    const calls = {
      exported: vi.fn(async () => new Blob(["#EXTM3U"])),
      import: vi.fn(async () => ({ items: [], skipped: 1 })),
      save: vi.fn(async () => SAVED),
    };
    const made = fakeRoom(of, userId);
    const { container } = render(PlaylistDialog, { room: made.room, onclose: () => undefined, calls });
    const choose = (name: string) => {
      const input = container.querySelector("input[type=file]") as HTMLInputElement;
      Object.defineProperty(input, "files", { value: [new File(["x"], name)], configurable: true });
      return fireEvent.change(input);
    };
    return { ...made, calls, choose };
  }

  it("save as a file of the chosen kind", async () => {
    const { calls } = show();
    await fireEvent.click(screen.getByRole("button", { name: "Save as XSPF" }));
    expect(calls.exported).toHaveBeenCalledWith("room_1", "xspf");
  });

  it("add from a file, and tell what could not be added", async () => {
    const { calls, choose } = show();
    await fireEvent.click(screen.getByRole("checkbox"));
    await choose("evening.m3u");
    expect(calls.import).toHaveBeenCalledWith("room_1", expect.any(File), "m3u8", true);
    await expect.poll(said).toEqual(["Added 0 songs; 1 cannot be played by others."]);
  });

  it("do not send what is no playlist, and tell why one was not taken", async () => {
    const { calls, choose } = show();
    await choose("song.mp3");
    expect(calls.import).not.toHaveBeenCalled();
    expect(screen.getByRole("alert").textContent).toMatch(/not named like a playlist/);
    calls.import.mockRejectedValue(new ApiError("INVALID_REQUEST", "line 3 is no address"));
    await choose("evening.json");
    await expect.poll(() => screen.getByRole("alert").textContent).toBe("Line 3 is no address.");
  });

  it("keep it with the account under the room's name", async () => {
    const { calls } = show();
    await fireEvent.submit(screen.getByLabelText("Name").closest("form") as HTMLFormElement);
    expect(calls.save).toHaveBeenCalledWith("Kitchen", "room_1");
    await expect.poll(said).toEqual(["Saved “Evening”."]);
  });

  it("let a guest take it along, and change nothing, saying why", () => {
    show(view(), "user_2");
    expect(screen.getByRole("button", { name: "Save as JSON" })).toHaveProperty("disabled", false);
    for (const name of ["Clear the playlist"]) {
      expect(screen.getByRole("button", { name })).toHaveProperty("disabled", true);
    }
    expect(screen.getByRole("checkbox")).toHaveProperty("disabled", true);
    expect(screen.getByText("Member 1 controls the music here.")).toBeTruthy();
  });
});

it("a saved playlist starts a room, and is deleted only when asked twice", async () => {
  const calls = { saved: async () => [SAVED], giveUp: vi.fn(async () => undefined) };
  const onstart = vi.fn();
  render(SavedPlaylists, { onstart, calls });
  await fireEvent.click(await screen.findByRole("button", { name: "Start a room with Evening" }));
  expect(onstart).toHaveBeenCalledWith(SAVED);
  await fireEvent.click(screen.getByRole("button", { name: "Delete Evening" }));
  expect(calls.giveUp).not.toHaveBeenCalled();
  await fireEvent.click(screen.getByRole("button", { name: "Delete" }));
  expect(calls.giveUp).toHaveBeenCalledWith("list_1");
  await expect.poll(() => screen.queryByText("Evening")).toBeNull();
});

it.each([
  ["Ana’s room", "Ana’s room.m3u8"],
  ['a/b\\c:"d"', "a b c d.m3u8"],
  ["///", "playlist.m3u8"],
])("a file is named after its room: %s", (room, file) => expect(fileName(room, "m3u8")).toBe(file));
