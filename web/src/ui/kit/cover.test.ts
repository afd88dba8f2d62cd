import { afterEach, expect, it, vi } from "vitest";
import { Covers } from "./cover.svelte";

const OURS = "/api/v1/media/media_1/cover";

afterEach(() => vi.restoreAllMocks());

it("a picture of ours that the browser could not show is fetched with the sign-in, once", async () => {
  vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:1");
  const fetch = vi.fn(async () => new Response("picture"));
  const covers = new Covers(fetch);
  expect(await covers.fetched(OURS)).toBe("blob:1");
  expect(await covers.fetched(OURS)).toBe("blob:1");
  expect(fetch.mock.calls).toEqual([[OURS]]);
});

it("one that is not there is none, and no sign-in goes elsewhere", async () => {
  const fetch = vi.fn(async () => new Response("", { status: 404 }));
  const covers = new Covers(fetch);
  expect(await covers.fetched(OURS)).toBeNull();
  expect(await covers.fetched("https://pictures.example/1.png")).toBeNull();
  expect(fetch).toHaveBeenCalledTimes(1);
});

it("where nobody answered it is asked for again, and many are not kept for ever", async () => {
  let made = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${++made}`);
  const revoke = vi.spyOn(URL, "revokeObjectURL").mockReturnValue();
  const fetch = vi.fn(async () => new Response("picture"));
  fetch.mockRejectedValueOnce(new Error("offline"));
  const covers = new Covers(fetch);
  expect(await covers.fetched(OURS)).toBeNull();
  expect(await covers.fetched(OURS)).toBe("blob:1");
  for (let n = 2; n <= 61; n++) await covers.fetched(`/api/v1/media/media_${n}/cover`);
  await expect.poll(() => revoke.mock.calls).toEqual([["blob:1"]]);
});
