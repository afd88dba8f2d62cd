import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, expect, it } from "vitest";
import { toasts } from "../state/toasts.svelte";
import Transport from "./Transport.svelte";
import { fakeRoom, timeline, view } from "./testkit";

beforeEach(() => {
  toasts.list = [];
});

it("the host plays, skips, shuffles and repeats", async () => {
  const { room, commands } = fakeRoom();
  render(Transport, { room });
  for (const name of ["Play", "Next", "Previous", "Shuffle: off", "Repeat: off"]) {
    await fireEvent.click(screen.getByRole("button", { name }));
  }
  expect(commands).toEqual([
    { type: "play" },
    { type: "skip_next" },
    { type: "skip_prev" },
    { type: "set_shuffle", shuffle: true },
    { type: "set_repeat", repeat: "all" },
  ]);
});

it("shows pause while the music runs", async () => {
  const { room, tell } = fakeRoom();
  render(Transport, { room });
  tell({ type: "playback_started", timeline: timeline({ playing: true }) });
  expect(await screen.findByRole("button", { name: "Pause" })).toBeTruthy();
});

it("a guest sees the controls, reaches them, and learns why they do nothing", async () => {
  const { room, commands } = fakeRoom(view(), "user_2");
  render(Transport, { room });
  const play = screen.getByRole("button", { name: "Play" });
  expect(play.getAttribute("aria-disabled")).toBe("true");
  expect(play.hasAttribute("disabled")).toBe(false);
  await fireEvent.click(play);
  expect(commands).toEqual([]);
  expect(toasts.list[0]?.text).toBe("Member 1 controls the music here.");
});

it("the last song has no next, unless everything repeats", async () => {
  const { room, commands, tell } = fakeRoom(view({ timeline: timeline({ item_id: "item_3" }) }));
  render(Transport, { room });
  await fireEvent.click(screen.getByRole("button", { name: "Next" }));
  expect(toasts.list[0]?.text).toBe("This is the last song.");
  tell({ type: "repeat_set", repeat: "all" });
  await tick();
  await fireEvent.click(screen.getByRole("button", { name: "Next" }));
  expect(commands).toEqual([{ type: "skip_next" }]);
});

it("an empty playlist has nothing to play", async () => {
  const { room, commands } = fakeRoom(view({ playlist: [], timeline: null }));
  render(Transport, { room });
  await fireEvent.click(screen.getByRole("button", { name: "Play" }));
  expect(commands).toEqual([]);
});
