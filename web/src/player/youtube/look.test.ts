import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  type How,
  type Message,
  playerClass,
  Sim,
} from "../../../../tests/browser/harness/youtube-stand-in.mjs";
import type { YouTubeApi } from "./api";
import { lookAt } from "./look";

const ID = "aaaaaaaaaaa";
const frame = { remove: vi.fn() };
const stage = { append: () => undefined } as unknown as HTMLElement;
let sim: Sim;

function api(how: How, answers = true): () => Promise<YouTubeApi> {
  let tell: (message: Message) => void = () => undefined;
  sim = new Sim(
    (message) => tell(message),
    how,
    () => performance.now(),
  );
  const Player = playerClass((_frame, hear) => {
    tell = hear;
    if (answers) setTimeout(() => hear({ event: "onReady" }), 50);
    return { post: (message) => sim.do(message), tapped: () => false, close: () => undefined };
  });
  return async () => ({ Player }) as unknown as YouTubeApi;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout", "performance"] });
  vi.stubGlobal("document", { createElement: () => frame });
  vi.stubGlobal("location", { origin: "https://tutti.example" });
  frame.remove.mockClear();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("a look tells the title, plays nothing, and leaves nothing behind", async () => {
  const looking = lookAt(
    stage,
    "Video",
    ID,
    api({ videos: { [ID]: { title: "Tide", author: "Ana", seconds: 60 } } }),
  );
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await looking).toEqual({ title: "Tide", author: "Ana", durationMs: null });
  expect(sim.truth().moves).toBe(false);
  expect(frame.remove).toHaveBeenCalled();
});

it("a look at a video that may not be embedded says so", async () => {
  const looking = lookAt(stage, "Video", ID, api({ videos: { [ID]: { error: 101 } } }));
  const refused = expect(looking).rejects.toMatchObject({ reason: "video_embedding" });
  await vi.advanceTimersByTimeAsync(1_000);
  await refused;
  expect(frame.remove).toHaveBeenCalled();
});

it("a look at a player that does not answer ends, and is no verdict", async () => {
  const looking = lookAt(stage, "Video", ID, api({}, false));
  await vi.advanceTimersByTimeAsync(7_000);
  expect(await looking).toBeNull();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(frame.remove).toHaveBeenCalled();
});
