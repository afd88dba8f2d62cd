import { expect, it } from "vitest";
import { barsIn, gathered, wavePath } from "./wave";

it("a bar is as high as its loudest moment, and the loudest of all is full", () => {
  expect(gathered([0.1, 0.4, 0.2, 0.2, 0, 0], 3)).toEqual([1, 0.5, 0]);
});

it("fewer peaks than bars are each drawn more than once", () => {
  expect(gathered([0.5, 0.25], 4)).toEqual([1, 1, 0.5, 0.5]);
});

it("silence is drawn low, not as nothing and not as noise", () => {
  expect(gathered([0, 0, 0], 2)).toEqual([0, 0]);
});

it("there is always a bar, however narrow it is", () => {
  expect(barsIn(0)).toBe(1);
});

it("where the loudness is not known, every bar is equally low", () => {
  const heights = [...wavePath(null, 50, 40).matchAll(/M[\d.]+ ([\d.]+)V([\d.]+)/g)].map(
    ([, top, low]) => Number(low) - Number(top),
  );
  expect(new Set(heights)).toEqual(new Set([2]));
});
