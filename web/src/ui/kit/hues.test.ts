import { expect, it } from "vitest";
import { huesOfPixels } from "./hues";

const pixels = (...colours: [number, number, number][]) => colours.flatMap((colour) => [...colour, 255]);

it("a picture lends the hue it has most of, and the next that is another", () => {
  const hues = huesOfPixels(pixels([255, 150, 0], [255, 160, 10], [255, 150, 0], [40, 60, 220]));
  expect(hues?.[0]).toBeGreaterThan(55);
  expect(hues?.[0]).toBeLessThan(85);
  expect(hues?.[1]).toBeGreaterThan(250);
  expect(hues?.[1]).toBeLessThan(290);
});

it("of one colour, its neighbour goes with it", () => {
  const [first, second] = huesOfPixels(pixels([0, 160, 60])) ?? [0, 0];
  expect((second - first + 360) % 360).toBe(45);
});

it("a grey picture has none to lend", () => {
  expect(huesOfPixels(pixels([10, 10, 10], [200, 200, 200], [255, 255, 255]))).toBeNull();
});
