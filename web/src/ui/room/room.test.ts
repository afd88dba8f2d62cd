import { flushSync } from "svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../transport/errors";
import { toasts } from "../state/toasts.svelte";
import { fakeRoom, item, member, message, timeline, titles, view } from "./testkit";

beforeEach(() => {
  toasts.list = [];
});

describe("who may control", () => {
  const guests = [member(1), member(2)];
  it.each([
    ["the host", view(), "user_1", true],
    ["a guest", view({}, guests), "user_2", false],
    ["a guest where everyone controls", view({ control: "everyone" }, guests), "user_2", true],
    ["a co-host", view({}, [member(1), member(2, { role: "co_host" })]), "user_2", true],
  ])("%s", (_who, of, userId, may) => {
    expect(fakeRoom(of, userId).room.mayControl).toBe(may);
  });

  it("a guest is told who does", () => {
    expect(fakeRoom(view(), "user_2").room.blocked).toBe("Member 1 controls the music here.");
  });
});

describe("what comes next", () => {
  it("follows the list, and the drawn order while shuffling", () => {
    expect(fakeRoom(view()).room.next?.item_id).toBe("item_2");
    const shuffled = view({ shuffle_order: ["item_2", "item_1", "item_3"] });
    expect(fakeRoom(shuffled).room.next?.item_id).toBe("item_3");
  });

  it("is silence at the end, the first where all repeats, the same where one does", () => {
    const last = timeline({ item_id: "item_3" });
    const next = (repeat: "off" | "one" | "all") =>
      fakeRoom(view({ repeat, timeline: last })).room.next?.item_id;
    expect([next("off"), next("all"), next("one")]).toEqual([undefined, "item_1", "item_3"]);
  });
});

describe("a command", () => {
  it("that is rejected is told in words and answers false", async () => {
    const { room, refuse } = fakeRoom();
    refuse(new ApiError("UPDATE_FAILED", "only the host may do this"));
    expect(await room.run({ type: "play" })).toBe(false);
    expect(toasts.list.map((toast) => toast.text)).toEqual(["Only the host may do this."]);
  });

  it("play or pause depends on what the room does", () => {
    const { room, commands, tell } = fakeRoom();
    room.togglePlay();
    tell({ type: "playback_started", timeline: timeline({ playing: true }) });
    room.togglePlay();
    expect(commands).toEqual([{ type: "play" }, { type: "pause" }]);
  });
});

it("what was removed, moved or cleared can be undone from its message", async () => {
  const { room, commands } = fakeRoom();
  const second = room.view?.state.playlist[1];
  if (second === undefined) throw new Error("no second item");
  await room.remove(second);
  await room.move(second, 0);
  await room.clear();
  expect(toasts.list.map((toast) => toast.text)).toEqual(["The playlist is empty."]);
  toasts.list[0]?.action?.run();
  expect(commands.at(-1)).toEqual({ type: "undo" });
});

it("the offer to undo goes once somebody else changed the playlist", async () => {
  const { room, tell, told } = fakeRoom();
  await room.clear();
  tell({ type: "item_added", item: item(9), index: 0 });
  expect(toasts.list).toHaveLength(1);
  told.entry({
    type: "entry",
    room_id: "room_1",
    seq: 2,
    at_ms: 0,
    cause: { command: "remove", command_id: null, user_id: "user_2" },
    events: [{ type: "item_removed", item_id: "item_9" }],
  });
  expect(toasts.list).toEqual([]);
});

describe("who may moderate whom", () => {
  const people = [
    member(1),
    member(2, { role: "co_host" }),
    member(3, { role: "co_host" }),
    member(4),
    member(5),
  ];
  it.each([
    ["the host", "user_1", [2, 3, 4, 5]],
    ["a co-host", "user_2", [4, 5]],
    ["a guest", "user_4", []],
  ])("%s", (_who, userId, whom) => {
    const { room } = fakeRoom(view({}, people), userId);
    expect(people.filter((each) => room.mayModerate(each))).toEqual(whom.map((n) => people[n - 1]));
  });
});

it("says who was removed, and remembers how oneself was", () => {
  const { tell } = fakeRoom();
  tell(
    { type: "member_kicked", user_id: "user_2", by: "user_1" },
    { type: "member_left", user_id: "user_2" },
  );
  expect(toasts.list.map((toast) => toast.text)).toEqual(["Member 2 was removed"]);
  const own = fakeRoom(view(), "user_2");
  own.told.gone(new ApiError("FORBIDDEN"), "banned");
  expect(own.room.removed).toBe("banned");
});

it("who is muted asks for nothing and is told why", () => {
  const { room, tell } = fakeRoom(view(), "user_2");
  expect(room.changeBlocked).toBeNull();
  tell({ type: "member_muted", user_id: "user_2", by: "user_1" });
  expect(room.changeBlocked).toBe("You are muted here: you can listen, but not ask or write.");
});

it("counts what others say while nobody looks", () => {
  const { room, tell } = fakeRoom();
  tell({ type: "message_said", message: message(1) });
  tell({ type: "message_said", message: message(2, { user_id: "user_1" }) });
  expect(room.talk.unread).toBe(1);
  room.talk.look(true);
  tell({ type: "message_said", message: message(3) });
  expect(room.talk.unread).toBe(0);
});

it("tells a guest that became host, and a co-host what that means", () => {
  const { tell } = fakeRoom(view(), "user_2");
  tell({ type: "host_changed", from: "user_1", to: "user_2", why: "left" });
  tell({ type: "role_changed", user_id: "user_2", role: "co_host" });
  expect(toasts.list.map((toast) => toast.text)).toEqual([
    "You are host now",
    "You are a co-host now: you control the music.",
  ]);
});

it("shows the current song until a scheduled one begins", () => {
  const { room, tell } = fakeRoom(view({ timeline: timeline({ playing: true }) }));
  const { clock } = room.socket;
  const now = performance.now();
  clock.addProbe({ t0: now, t1: now, t2: now, t3: now });
  const at = now + 60_000;
  tell({
    type: "item_changed",
    timeline: timeline({ item_id: "item_2", playing: true, at_ms: at, starts_at_ms: at }),
    why: "ended",
  });
  flushSync();
  expect(room.current?.item_id).toBe("item_1");
  room.dispose();
});

it("an entry that adds shows in the playlist", () => {
  const { room, tell } = fakeRoom();
  tell({ type: "item_added", item: item(9), index: 0 });
  if (room.view === null) throw new Error("no view");
  expect(titles(room.view)[0]).toBe("Song 9");
});
