import { describe, expect, it } from "vitest";
import { formatOf, PlaylistCalls } from "./playlists";
import { signedIn } from "./testkit";

it.each([
  ["evening.m3u8", "m3u8"],
  ["EVENING.M3U", "m3u8"],
  ["a.b.xspf", "xspf"],
  ["list.json", "json"],
  ["song.mp3", null],
  ["toString", null],
])("%s is %s", (name, format) => expect(formatOf(name)).toBe(format));

function calls(answer: Response) {
  const seen: { url: string; init: RequestInit }[] = [];
  const made = new PlaylistCalls(signedIn(), async (url, init = {}) => {
    seen.push({ url, init });
    return answer;
  });
  return { made, seen };
}

describe("a playlist as a file", () => {
  it("goes in as what its name says, with the sign-in", async () => {
    const { made, seen } = calls(new Response(JSON.stringify({ items: [], skipped: 2 })));
    expect((await made.import("room_1", new Blob(["#EXTM3U"]), "m3u8", true)).skipped).toBe(2);
    const headers = new Headers(seen[0]?.init.headers);
    expect(seen[0]?.url).toBe("/api/v1/rooms/room_1/playlist/import?format=m3u8&replace=true");
    expect(headers.get("content-type")).toBe("application/vnd.apple.mpegurl");
    expect(headers.get("authorization")).toBe("Bearer token");
  });

  it("that the server does not take fails with the server's reason", async () => {
    const body = JSON.stringify({ code: "INVALID_REQUEST", message: "this is no playlist" });
    const { made } = calls(new Response(body, { status: 400 }));
    await expect(made.exported("room_1", "xspf")).rejects.toThrow("this is no playlist");
  });
});
