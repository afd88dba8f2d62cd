import { expect, it } from "vitest";
import type { Entry, Item, RoomEvent } from "../../protocol/model";
import { Known, tell } from "./tell";

const item = (n: number): Item => ({
  item_id: `item_${n}`,
  track: { title: `Song ${n}`, artists: [], url: "https://example.org/a.mp3" },
  added_by: "user_1",
  added_at_ms: 0,
});

const timeline = (n: number, position_ms = 0) => ({
  item_id: `item_${n}`,
  playing: true,
  position_ms,
  at_ms: 0,
  starts_at_ms: 0,
  rate: 1,
});

function known() {
  const known = new Known();
  known.see(
    [item(1), item(2)],
    [
      { user_id: "user_1", name: "Ana" },
      { user_id: "user_2", name: "Ben" },
    ],
  );
  return known;
}

function line(events: RoomEvent[], command = "anything", user_id: string | null = "user_1") {
  const entry: Entry = { seq: 7, at_ms: 1_000, cause: { command, command_id: null, user_id }, events };
  return tell([entry], known())[0];
}

const request = {
  request_id: "req_1",
  requested_by: "user_2",
  requested_at_ms: 0,
  status: "pending" as const,
  payload: { action: "remove" as const, item_id: "item_2" },
};

it("says who did what to which song", () => {
  const skipped = line([{ type: "item_changed", timeline: timeline(2), why: "skipped_next" }]);
  expect(skipped).toEqual({
    seq: 7,
    atMs: 1_000,
    who: "Ana",
    kind: "music",
    text: "skipped on to “Song 2”",
    why: null,
  });
  expect(line([{ type: "playback_seeked", timeline: timeline(1, 83_000) }])?.text).toBe(
    "went to 1:23 of “Song 1”",
  );
});

it("holds nobody to what comes by itself", () => {
  const ended: RoomEvent = { type: "item_changed", timeline: timeline(2), why: "ended" };
  expect(line([ended], "track_ended")?.who).toBeNull();
  expect(line([ended], "end", null)?.who).toBeNull();
});

it("tells a decision with what it was about and why", () => {
  const asked: Entry = {
    seq: 1,
    at_ms: 0,
    cause: { command: "submit_request", command_id: null, user_id: "user_2" },
    events: [{ type: "request_submitted", request }],
  };
  const denied: Entry = {
    seq: 2,
    at_ms: 0,
    cause: { command: "deny_request", command_id: null, user_id: "user_1" },
    events: [
      {
        type: "request_denied",
        request_id: "req_1",
        decided_by: "user_1",
        decided_at_ms: 0,
        reason: "not now",
      },
    ],
  };
  const [first, second] = tell([asked, denied], known());
  expect(first).toMatchObject({ who: "Ben", kind: "requests", text: "asked: remove “Song 2”" });
  expect(second).toMatchObject({ who: "Ana", text: "denied: remove “Song 2”", why: "not now" });
});

it("makes one line of what one command led to, by the fact that led to the others", () => {
  const removed: RoomEvent[] = [
    { type: "item_changed", timeline: timeline(2), why: "removed" },
    { type: "item_removed", item_id: "item_1" },
  ];
  expect(line(removed)?.text).toBe("took “Song 1” out");
  const several: RoomEvent[] = [3, 4, 5].map((n) => ({ type: "item_added", item: item(n), index: n }));
  expect(line(several)?.text).toBe("added 3 songs");
  expect(line([...several, { type: "undone", left: 0 }])?.text).toBe("took the last change back");
  const kicked: RoomEvent[] = [
    { type: "member_kicked", user_id: "user_2", by: "user_1" },
    { type: "member_left", user_id: "user_2" },
  ];
  expect(line(kicked)).toMatchObject({ kind: "people", text: "removed Ben from the room" });
});

it("tells who left from who was let go", () => {
  const left: RoomEvent = { type: "member_left", user_id: "user_1" };
  expect(line([left])?.text).toBe("left");
  expect(line([left], "leave", "user_2")?.text).toBe("let Ana go");
});

it("knows songs and people by what came along the way, and calls the others somebody", () => {
  const added: RoomEvent = { type: "item_added", item: item(9), index: 0 };
  const moved: RoomEvent = { type: "item_moved", item_id: "item_9", index: 3 };
  const entries = [added, moved].map(
    (event, at): Entry => ({
      seq: at + 1,
      at_ms: 0,
      cause: { command: "x", command_id: null, user_id: "user_99" },
      events: [event],
    }),
  );
  const lines = tell(entries, known());
  expect(lines[1]?.text).toBe("moved “Song 9”");
  expect(lines[1]?.who).toBe("Unknown");
});

it("does not tell that Tutti brought a start forward, which somebody made", () => {
  const brought: RoomEvent = { type: "playback_started", timeline: timeline(1) };
  expect(line([brought], "hasten", null)).toBeUndefined();
  expect(line([brought], "play")).toBeDefined();
});
