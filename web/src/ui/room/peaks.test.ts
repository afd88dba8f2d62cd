import { expect, it } from "vitest";
import type { Track } from "../../protocol/model";
import { ApiError } from "../../transport/errors";
import { Peaks } from "./peaks.svelte";

const song = { title: "One", artists: [], media_id: "m-1" } as unknown as Track;

it("a song's waveform is asked for once", async () => {
  let asked = 0;
  const peaks = new Peaks({
    peaksOf: async () => {
      asked += 1;
      return [0, 255, 51];
    },
  });
  expect(peaks.of(song)).toBeNull();
  await Promise.all([peaks.want(song), peaks.want(song)]);
  expect(peaks.of(song)).toEqual([0, 1, 0.2]);
  expect(asked).toBe(1);
});

it("what failed is asked for again the next time it is wanted", async () => {
  let broken = true;
  const peaks = new Peaks({
    peaksOf: async () => {
      if (broken) throw new ApiError("UNREACHABLE");
      return [255];
    },
  });
  await peaks.want(song);
  expect(peaks.of(song)).toBeNull();
  broken = false;
  await peaks.want(song);
  expect(peaks.of(song)).toEqual([1]);
});

it("a song from elsewhere has none and is not asked for", async () => {
  const peaks = new Peaks({ peaksOf: async () => expect.unreachable() });
  const elsewhere = { title: "One", artists: [], url: "https://example.org/a.mp3" } as unknown as Track;
  await peaks.want(elsewhere);
  expect(peaks.of(elsewhere)).toBeNull();
});
