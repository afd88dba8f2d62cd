import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeEach, expect, it, vi } from "vitest";
import { toasts } from "../state/toasts.svelte";
import Playlist from "./Playlist.svelte";
import { fakeRoom, view } from "./testkit";
import { Uploads } from "./uploads.svelte";

beforeEach(() => {
  toasts.list = [];
});

function show(of = view(), userId = "user_1") {
  const made = fakeRoom(of, userId);
  const added = vi.fn();
  const uploads = new Uploads(made.room);
  render(Playlist, { room: made.room, uploads, onadd: added, onrequests: () => undefined });
  return { ...made, added };
}

const options = async (title: string) => {
  await fireEvent.click(screen.getByRole("button", { name: `Options for ${title}` }));
  return within(screen.getByRole("dialog"));
};

it("lists the songs and marks the current one", () => {
  show();
  expect(screen.getByText("3 songs · 3:00")).toBeTruthy();
  const rows = screen.getAllByTestId("playlist-row");
  expect(rows.map((row) => row.getAttribute("aria-current"))).toEqual(["true", null, null]);
});

it("plays the song that is pressed", async () => {
  const { commands } = show();
  await fireEvent.click(screen.getByRole("button", { name: /^Play Song 2,/ }));
  expect(commands).toEqual([{ type: "select", item_id: "item_2" }]);
});

it("moves by buttons, up, down and to the next place", async () => {
  const { commands } = show();
  const dialog = await options("Song 3");
  expect(dialog.getByRole("button", { name: "Move down" })).toHaveProperty("disabled", true);
  await fireEvent.click(dialog.getByRole("button", { name: "Move up" }));
  await fireEvent.click(dialog.getByRole("button", { name: "Play next" }));
  expect(commands).toEqual([
    { type: "move", item_id: "item_3", position: 1 },
    { type: "move", item_id: "item_3", position: 1 },
  ]);
});

it("removes, and offers to undo it", async () => {
  const { commands } = show();
  const dialog = await options("Song 2");
  await fireEvent.click(dialog.getByRole("button", { name: "Remove" }));
  expect(commands).toEqual([{ type: "remove", item_id: "item_2" }]);
  await expect.poll(() => toasts.list[0]?.action?.label).toBe("Undo");
});

it("is emptied only when asked twice", async () => {
  const { commands } = show();
  await fireEvent.click(screen.getByRole("button", { name: "Playlist options" }));
  // The dialog is loaded first.
  const clear = await screen.findByRole("button", { name: "Clear the playlist" }, { timeout: 5_000 });
  await fireEvent.click(clear);
  expect(commands).toEqual([]);
  await fireEvent.click(screen.getByRole("button", { name: "Remove all" }));
  expect(commands).toEqual([{ type: "clear" }]);
});

it("empty, it says what to do", () => {
  show(view({ playlist: [], timeline: null }));
  expect(screen.getByText("The playlist is empty")).toBeTruthy();
});

it("a guest plays nothing and is told why", async () => {
  const { commands } = show(view(), "user_2");
  await fireEvent.click(screen.getByRole("button", { name: /^Play Song 2,/ }));
  expect(commands).toEqual([]);
  expect(toasts.list.map((toast) => toast.text)).toEqual(["Member 1 controls the music here."]);
});

it("what a guest changes is asked for, which is said before and after", async () => {
  const { commands, added } = show(view(), "user_2");
  await fireEvent.click(screen.getByRole("button", { name: "Ask for music" }));
  expect(added).toHaveBeenCalled();
  const dialog = await options("Song 2");
  expect(dialog.getByText(/Member 1 decides what is played here/)).toBeTruthy();
  await fireEvent.click(dialog.getByRole("button", { name: "Ask to move up" }));
  await fireEvent.click(dialog.getByRole("button", { name: "Ask to remove" }));
  expect(commands).toEqual([
    { type: "submit_request", action: "move", item_id: "item_2", position: 0 },
    { type: "submit_request", action: "remove", item_id: "item_2" },
  ]);
  await expect
    .poll(() => toasts.list.map((toast) => toast.text))
    .toEqual(["You asked the host: move “Song 2” to number 1", "You asked the host: remove “Song 2”"]);
});
