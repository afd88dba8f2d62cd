import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { expect, it } from "vitest";
import { ApiError } from "../../transport/errors";
import Progress from "./Progress.svelte";
import { fakeRoom, timeline, view } from "./testkit";

const slider = () => screen.getByRole("slider", { name: "Position" }) as HTMLInputElement;

it("says where the music is, in figures and words", () => {
  const { room } = fakeRoom(view({ timeline: timeline({ position_ms: 30_000 }) }));
  render(Progress, { room, durationMs: 60_000 });
  expect(screen.getByTestId("position").textContent).toBe("0:30");
  expect(slider().getAttribute("aria-valuetext")).toBe("0:30 of 1:00");
});

it("seeks where it is let go, and stays there until the room follows", async () => {
  const { room, commands } = fakeRoom();
  render(Progress, { room, durationMs: 60_000 });
  slider().value = "45";
  await fireEvent.input(slider());
  await fireEvent.change(slider());
  expect(commands).toEqual([{ type: "seek", position_ms: 45_000 }]);
  expect(screen.getByTestId("position").textContent).toBe("0:45");
});

it("goes back where the seek is refused", async () => {
  const { room, refuse } = fakeRoom();
  refuse(new ApiError("UPDATE_FAILED"));
  render(Progress, { room, durationMs: 60_000 });
  slider().value = "45";
  await fireEvent.input(slider());
  await fireEvent.change(slider());
  await expect.poll(() => screen.getByTestId("position").textContent).toBe("0:00");
});

it("takes presses of an arrow key in a row as one seek", async () => {
  const { room, commands } = fakeRoom(view({ timeline: timeline({ position_ms: 10_000 }) }));
  render(Progress, { room, durationMs: 60_000 });
  for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight"]) {
    await fireEvent.keyDown(slider(), { key });
  }
  expect(screen.getByTestId("position").textContent).toBe("0:20");
  await expect.poll(() => commands).toEqual([{ type: "seek", position_ms: 20_000 }]);
});

it("stays in the hand while the room goes elsewhere", async () => {
  const { room, tell } = fakeRoom();
  render(Progress, { room, durationMs: 60_000 });
  slider().value = "45";
  await fireEvent.input(slider());
  tell({ type: "playback_seeked", timeline: timeline({ position_ms: 5_000 }) });
  await tick();
  expect(screen.getByTestId("position").textContent).toBe("0:45");
});

it("cannot be moved by a guest, nor where the length is not known", () => {
  const { room } = fakeRoom(view(), "user_2");
  const { unmount } = render(Progress, { room, durationMs: 60_000 });
  expect(slider().disabled).toBe(true);
  unmount();
  render(Progress, { room: fakeRoom().room, durationMs: null });
  expect(slider().disabled).toBe(true);
});
