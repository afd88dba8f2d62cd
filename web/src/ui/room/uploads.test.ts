import { beforeEach, expect, it, vi } from "vitest";
import type { Media } from "../../protocol/rest";
import { ApiError } from "../../transport/errors";
import { fakeRoom } from "./testkit";
import { Uploads } from "./uploads.svelte";

const { sent } = vi.hoisted(() => ({
  sent: [] as { name: string; done: (title: string) => void; fail: (cause: unknown) => void }[],
}));

vi.mock("../../transport/upload", () => ({
  upload: (_auth: unknown, file: File) => ({
    done: new Promise<Media>((resolve, reject) => {
      const media = (title: string) =>
        ({ title, artists: [], media_id: `media_${title}` }) as unknown as Media;
      sent.push({ name: file.name, done: (title) => resolve(media(title)), fail: reject });
    }),
    cancel: () => undefined,
  }),
}));

const song = (name: string, type = "audio/mpeg") => new File(["x"], name, { type });
const titles = (commands: unknown[]) => commands.map((c) => (c as { track: { title: string } }).track.title);

beforeEach(() => {
  sent.length = 0;
});

it("songs are added in the order they were chosen, whichever was sent first", async () => {
  const { room, commands } = fakeRoom();
  new Uploads(room).add([song("one.mp3"), song("two.mp3")]);
  sent[1]?.done("Two");
  await new Promise((resolve) => setTimeout(resolve));
  expect(commands).toEqual([]);
  sent[0]?.done("One");
  await expect.poll(() => titles(commands)).toEqual(["One", "Two"]);
});

it("a failed one holds nobody up, and can be tried again", async () => {
  const { room, commands } = fakeRoom();
  const uploads = new Uploads(room);
  uploads.add([song("one.mp3"), song("two.mp3")]);
  sent[0]?.fail(new ApiError("STORAGE_FULL"));
  sent[1]?.done("Two");
  await expect.poll(() => titles(commands)).toEqual(["Two"]);
  const [failed] = uploads.list;
  expect(failed).toMatchObject({ step: "failed", retryable: true });
  if (failed !== undefined) uploads.retry(failed);
  sent[2]?.done("One");
  await expect.poll(() => titles(commands)).toEqual(["Two", "One"]);
});

it("at most two are sent at once", () => {
  const { room } = fakeRoom();
  new Uploads(room).add(["a", "b", "c"].map((name) => song(`${name}.mp3`)));
  expect(sent.map((each) => each.name)).toEqual(["a.mp3", "b.mp3"]);
});

it("what is plainly no audio is not sent", () => {
  const { room } = fakeRoom();
  const uploads = new Uploads(room);
  uploads.add([song("notes.txt", "text/plain")]);
  expect(sent).toEqual([]);
  expect(uploads.list[0]).toMatchObject({ step: "failed", retryable: false });
});
