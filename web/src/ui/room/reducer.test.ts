import { describe, expect, it } from "vitest";
import type { RoomEvent } from "../../protocol/model";
import { applyEntry, applyEvent, applyPresence, fromSnapshot, type RoomView } from "./reducer";
import { item, member, message, request, state, timeline, titles, view } from "./testkit";

type Case = { event: RoomEvent; from?: RoomView; sees: (after: RoomView) => unknown; as: unknown };

const playing = timeline({ playing: true, at_ms: 5_000, starts_at_ms: 5_000 });

/** One for every fact there is: a fact without a case does not compile. */
const CASES: { [T in RoomEvent["type"]]: Case } = {
  room_created: {
    event: {
      type: "room_created",
      host_id: "user_2",
      name: "New",
      visibility: "public",
      control: "everyone",
    },
    sees: ({ state: s }) => [s.host_id, s.name, s.visibility, s.control],
    as: ["user_2", "New", "public", "everyone"],
  },
  room_closed: { event: { type: "room_closed" }, sees: (after) => after.closed, as: true },
  playback_started: {
    event: { type: "playback_started", timeline: playing },
    sees: (after) => after.state.timeline,
    as: playing,
  },
  playback_paused: {
    event: { type: "playback_paused", timeline: timeline({ position_ms: 900 }) },
    sees: (after) => after.state.timeline?.position_ms,
    as: 900,
  },
  playback_seeked: {
    event: { type: "playback_seeked", timeline: timeline({ position_ms: 700 }) },
    sees: (after) => after.state.timeline?.position_ms,
    as: 700,
  },
  item_changed: {
    event: { type: "item_changed", timeline: timeline({ item_id: "item_2" }), why: "skipped_next" },
    sees: (after) => after.state.timeline?.item_id,
    as: "item_2",
  },
  playback_finished: {
    event: { type: "playback_finished", timeline: timeline({ position_ms: 60_000 }) },
    sees: (after) => after.state.timeline?.position_ms,
    as: 60_000,
  },
  playback_emptied: {
    event: { type: "playback_emptied" },
    sees: (after) => after.state.timeline,
    as: null,
  },
  item_added: {
    event: { type: "item_added", item: item(4), index: 1 },
    sees: titles,
    as: ["Song 1", "Song 4", "Song 2", "Song 3"],
  },
  item_moved: {
    event: { type: "item_moved", item_id: "item_1", index: 2 },
    sees: titles,
    as: ["Song 2", "Song 3", "Song 1"],
  },
  item_removed: {
    event: { type: "item_removed", item_id: "item_2" },
    sees: titles,
    as: ["Song 1", "Song 3"],
  },
  item_edited: {
    event: {
      type: "item_edited",
      item_id: "item_2",
      track: { title: "Better", artists: [], media_id: "media_2" },
    },
    sees: titles,
    as: ["Song 1", "Better", "Song 3"],
  },
  playlist_cleared: {
    event: { type: "playlist_cleared" },
    from: view({ shuffle_order: ["item_2", "item_1", "item_3"] }),
    sees: (after) => [after.state.playlist, after.state.shuffle_order],
    as: [[], []],
  },
  repeat_set: {
    event: { type: "repeat_set", repeat: "all" },
    sees: (after) => after.state.repeat,
    as: "all",
  },
  shuffle_set: {
    event: { type: "shuffle_set", order: ["item_3", "item_1", "item_2"] },
    sees: (after) => after.state.shuffle_order,
    as: ["item_3", "item_1", "item_2"],
  },
  member_joined: {
    event: {
      type: "member_joined",
      user_id: "user_9",
      username: "nine",
      name: "Nine",
      role: "guest",
      joined_at_ms: 9,
    },
    sees: (after) => [after.members.map((m) => m.name), after.state.member_count],
    as: [["Member 1", "Member 2", "Nine"], 3],
  },
  member_left: {
    event: { type: "member_left", user_id: "user_2" },
    sees: (after) => [after.members.length, after.state.member_count, after.connected],
    as: [1, 1, 1],
  },
  host_changed: {
    event: { type: "host_changed", from: "user_1", to: "user_2", why: "transferred" },
    sees: (after) => [after.state.host_id, ...after.members.map((m) => m.role)],
    as: ["user_2", "guest", "host"],
  },
  role_changed: {
    event: { type: "role_changed", user_id: "user_2", role: "co_host" },
    sees: (after) => after.members.map((m) => m.role),
    as: ["host", "co_host"],
  },
  renamed: {
    event: { type: "renamed", name: "Garden" },
    sees: (after) => after.state.name,
    as: "Garden",
  },
  visibility_set: {
    event: { type: "visibility_set", visibility: "public" },
    sees: (after) => after.state.visibility,
    as: "public",
  },
  control_set: {
    event: { type: "control_set", control: "everyone" },
    sees: (after) => after.state.control,
    as: "everyone",
  },
  volume_set: {
    event: { type: "volume_set", volume: 0.4 },
    sees: (after) => after.state.volume,
    as: 0.4,
  },
  invite_renewed: {
    event: { type: "invite_renewed", invite_code: "NEW", invite_path: "/join/NEW" },
    sees: (after) => [after.state.invite_code, after.state.invite_path],
    as: ["NEW", "/join/NEW"],
  },
  request_submitted: {
    event: { type: "request_submitted", request: request(1) },
    from: asked(),
    sees: requests,
    as: ["req_0 pending", "req_1 pending"],
  },
  request_approved: {
    event: { type: "request_approved", request_id: "req_0", decided_by: "user_1", decided_at_ms: 9 },
    from: asked(),
    sees: (after) => after.state.requests[0],
    as: { ...request(0), status: "approved", decided_by: "user_1", decided_at_ms: 9 },
  },
  request_denied: {
    event: {
      type: "request_denied",
      request_id: "req_0",
      decided_by: "user_1",
      decided_at_ms: 9,
      reason: "no",
    },
    from: asked(),
    sees: (after) => after.state.requests[0],
    as: { ...request(0), status: "denied", decided_by: "user_1", decided_at_ms: 9, reason: "no" },
  },
  request_withdrawn: {
    event: { type: "request_withdrawn", request_id: "req_0", decided_at_ms: 9 },
    from: asked(),
    sees: requests,
    as: ["req_0 withdrawn"],
  },
  playlist_reordered: {
    event: { type: "playlist_reordered", order: ["item_3", "item_1", "item_2"] },
    sees: titles,
    as: ["Song 3", "Song 1", "Song 2"],
  },
  member_kicked: {
    event: { type: "member_kicked", user_id: "user_2", by: "user_1" },
    sees: (after) => after.state.banned,
    as: [],
  },
  member_banned: {
    event: { type: "member_banned", user_id: "user_2", by: "user_1" },
    sees: (after) => after.state.banned,
    as: ["user_2"],
  },
  member_unbanned: {
    event: { type: "member_unbanned", user_id: "user_2" },
    from: view({ banned: ["user_2", "user_3"] }),
    sees: (after) => after.state.banned,
    as: ["user_3"],
  },
  member_muted: {
    event: { type: "member_muted", user_id: "user_2", by: "user_1" },
    sees: (after) => after.state.muted,
    as: ["user_2"],
  },
  member_unmuted: {
    event: { type: "member_unmuted", user_id: "user_2" },
    from: view({ muted: ["user_2"] }),
    sees: (after) => after.state.muted,
    as: [],
  },
  vote_skip_set: {
    event: { type: "vote_skip_set", vote_skip: { enabled: false, percent: 70 } },
    sees: (after) => after.state.vote_skip,
    as: { enabled: false, percent: 70 },
  },
  skip_voted: {
    event: { type: "skip_voted", user_id: "user_2", item_id: "item_1", votes: 1, needed: 2 },
    sees: (after) => after.state.skip_votes,
    as: ["user_2"],
  },
  message_said: {
    event: { type: "message_said", message: message(1) },
    sees: (after) => after.state.chat.map((each) => each.text),
    as: ["Text 1"],
  },
  message_deleted: {
    event: { type: "message_deleted", message_id: "msg_1", by: "user_1" },
    from: view({ chat: [message(1), message(2)] }),
    sees: (after) => after.state.chat.map((each) => each.text),
    as: [null, "Text 2"],
  },
  undone: {
    event: { type: "undone", left: 3 },
    from: view({ undo_steps: 4 }),
    sees: (after) => after.state.undo_steps,
    as: 3,
  },
};

function asked(): RoomView {
  return view({ requests: [request(0)] });
}

function requests(after: RoomView): string[] {
  return after.state.requests.map((known) => `${known.request_id} ${known.status}`);
}

describe("each fact changes the room as the server says", () => {
  for (const [type, { event, from, sees, as }] of Object.entries(CASES)) {
    it(type, () => {
      const before = from ?? view();
      const frozen = structuredClone(before);
      expect(sees(applyEvent(before, event))).toEqual(as);
      expect(before).toEqual(frozen);
    });
  }
});

describe("the shuffled order", () => {
  const shuffled = view({ shuffle_order: ["item_3", "item_1", "item_2"] });

  it("takes a new item where the server drew it", () => {
    const after = applyEvent(shuffled, { type: "item_added", item: item(4), index: 3, shuffled_index: 1 });
    expect(after.state.shuffle_order).toEqual(["item_3", "item_4", "item_1", "item_2"]);
  });

  it("loses a removed item", () => {
    const after = applyEvent(shuffled, { type: "item_removed", item_id: "item_1" });
    expect(after.state.shuffle_order).toEqual(["item_3", "item_2"]);
  });
});

it("an entry applies all its facts in order", () => {
  const after = applyEntry(view(), {
    seq: 7,
    events: [
      { type: "item_removed", item_id: "item_1" },
      { type: "item_changed", timeline: timeline({ item_id: "item_2" }), why: "removed" },
    ],
  });
  expect(titles(after)).toEqual(["Song 2", "Song 3"]);
  expect(after.state.timeline?.item_id).toBe("item_2");
  expect(after.seq).toBe(7);
});

it("a fact of a newer server changes nothing", () => {
  const before = view();
  expect(applyEvent(before, { type: "fireworks" } as unknown as RoomEvent)).toBe(before);
});

it("the host leaving leaves the room without one", () => {
  expect(applyEvent(view(), { type: "member_left", user_id: "user_1" }).state.host_id).toBeNull();
});

it("members stand in the order in which they joined", () => {
  const made = fromSnapshot({ state: state(), seq: 0, members: [member(3), member(1), member(2)] });
  expect(made.members.map((m) => m.user_id)).toEqual(["user_1", "user_2", "user_3"]);
});

describe("presence", () => {
  const sync = { drift_ms: 0.4, offset_ms: 1, rtt_ms: 9, buffering: false, loaded: true };

  it("replaces the members it names and keeps the others", () => {
    const after = applyPresence(view(), { members: [member(2, { sync })], connected: 2 });
    expect(after.members.map((m) => m.sync)).toEqual([undefined, sync]);
  });

  it("counts the connected as the server does, who sees those not listed too", () => {
    expect(applyPresence(view(), { members: [], connected: 812 }).connected).toBe(812);
  });
});

describe("besides what a fact says", () => {
  it.each([
    ["another song", { type: "item_changed", timeline: timeline({ item_id: "item_2" }), why: "ended" }],
    ["the end", { type: "playback_finished", timeline: timeline() }],
    ["silence", { type: "playback_emptied" }],
  ] as [string, RoomEvent][])("%s voids the votes", (_what, event) => {
    expect(applyEvent(view({ skip_votes: ["user_2"] }), event).state.skip_votes).toEqual([]);
  });

  it("a vote goes with who cast it, and stands while the song is paused", () => {
    const voted = view({ skip_votes: ["user_1", "user_2"] });
    expect(applyEvent(voted, { type: "member_left", user_id: "user_2" }).state.skip_votes).toEqual([
      "user_1",
    ]);
    const paused = applyEvent(voted, { type: "playback_paused", timeline: timeline() });
    expect(paused.state.skip_votes).toHaveLength(2);
  });

  it.each([
    ["a removed song", { type: "item_removed", item_id: "item_1" }, 1],
    ["a cleared playlist", { type: "playlist_cleared" }, 1],
    ["an added song", { type: "item_added", item: item(4), index: 0 }, 0],
  ] as [string, RoomEvent, number][])("%s makes %o undoable steps more", (_what, event, steps) => {
    expect(applyEvent(view(), event).state.undo_steps).toBe(steps);
  });

  it("clearing what is empty leaves nothing to undo", () => {
    expect(applyEvent(view({ playlist: [] }), { type: "playlist_cleared" }).state.undo_steps).toBe(0);
  });
});
