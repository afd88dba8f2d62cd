import { describe, expect, it } from "vitest";
import type { Track } from "../../protocol/model";
import { described, isYouTube, placeholderTitle, trackOfVideo, videoIdOf } from "./videos";

const ID = "dQw4w9WgXcQ";

describe("an address of a video", () => {
  it.each([
    `https://www.youtube.com/watch?v=${ID}`,
    `https://youtube.com/watch?v=${ID}&t=43s`,
    `https://m.youtube.com/watch?app=desktop&v=${ID}`,
    `https://music.youtube.com/watch?v=${ID}&list=RDAMVM${ID}`,
    `https://youtu.be/${ID}`,
    `https://youtu.be/${ID}?si=abc&t=43`,
    `https://www.youtube.com/shorts/${ID}`,
    `https://www.youtube.com/live/${ID}?feature=share`,
    `https://www.youtube.com/embed/${ID}?start=43`,
    `https://www.youtube-nocookie.com/embed/${ID}`,
  ])("is understood: %s", (address) => {
    expect(videoIdOf(new URL(address))).toBe(ID);
  });

  it.each([
    "https://www.youtube.com/",
    "https://www.youtube.com/playlist?list=PL0123456789",
    "https://www.youtube.com/@somebody",
    `https://www.youtube.com/redirect?v=${ID}`,
    "https://www.youtube.com/watch?v=short",
    "https://youtu.be/",
  ])("means no single video: %s", (address) => {
    expect(isYouTube(new URL(address))).toBe(true);
    expect(videoIdOf(new URL(address))).toBeNull();
  });

  it.each([
    `https://youtube.com.evil.test/watch?v=${ID}`,
    `https://notyoutube.com/watch?v=${ID}`,
    `https://example.org/youtube.com/watch?v=${ID}`,
  ])("is not one of YouTube: %s", (address) => {
    expect(isYouTube(new URL(address))).toBe(false);
    expect(videoIdOf(new URL(address))).toBeNull();
  });
});

describe("a video that is added", () => {
  const look = { title: "Tide", author: "Ana - Topic", durationMs: null };

  it("is called as YouTube calls it, unless somebody calls it otherwise", () => {
    expect(trackOfVideo(ID, "", look)).toEqual({ title: "Tide", artists: ["Ana"], youtube_video_id: ID });
    expect(trackOfVideo(ID, "Ours", { ...look, durationMs: 5_000 })).toMatchObject({
      title: "Ours",
      duration_ms: 5_000,
    });
  });

  it("is called by its id where YouTube tells nothing", () => {
    expect(trackOfVideo(ID, "", null)).toEqual({
      title: placeholderTitle(ID),
      artists: [],
      youtube_video_id: ID,
    });
  });
});

describe("what a video's player tells", () => {
  const told = { title: "Tide", author: "Ana - Topic", durationMs: 212_000 };
  const track = (changes: Partial<Track> = {}): Track => ({
    title: placeholderTitle(ID),
    artists: [],
    youtube_video_id: ID,
    ...changes,
  });

  it("fills in what the playlist lacks", () => {
    expect(described(track(), told)).toEqual({
      title: "Tide",
      artists: ["Ana"],
      duration_ms: 212_000,
      youtube_video_id: ID,
    });
  });

  it("changes no title that somebody gave", () => {
    expect(described(track({ title: "Ours" }), told)?.title).toBe("Ours");
  });

  it("is no news where the length is known, or of anything else", () => {
    expect(described(track({ duration_ms: 1_000 }), told)).toBeNull();
    expect(described({ title: "x", artists: [], url: "https://e.org/a.mp3" }, told)).toBeNull();
  });
});
