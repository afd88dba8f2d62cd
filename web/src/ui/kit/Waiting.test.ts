import { render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { announcer } from "../state/toasts.svelte";
import Waiting from "./Waiting.svelte";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("lists on their way are announced once, however many there are, and seen by nobody who only hears", () => {
  const say = vi.spyOn(announcer, "say");
  render(Waiting);
  render(Waiting, { cards: true });
  vi.advanceTimersByTime(5_000);
  expect(say.mock.calls).toEqual([["Loading…"]]);
  expect(screen.queryAllByRole("listitem")).toEqual([]);
});

it("what comes soon is not announced at all", () => {
  const say = vi.spyOn(announcer, "say");
  const { unmount } = render(Waiting);
  vi.advanceTimersByTime(200);
  unmount();
  vi.advanceTimersByTime(5_000);
  expect(say).not.toHaveBeenCalled();
});
