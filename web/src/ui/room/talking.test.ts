import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../transport/errors";
import { toasts } from "../state/toasts.svelte";
import BanList from "./BanList.svelte";
import Chat from "./Chat.svelte";
import { History } from "./history.svelte";
import Members from "./Members.svelte";
import { ofDrift } from "./quality";
import { fakeRoom, member, message, view } from "./testkit";
import VoteSettings from "./VoteSettings.svelte";
import VoteSkip from "./VoteSkip.svelte";

beforeEach(() => {
  toasts.list = [];
});

const TALK = [message(1), message(2), message(3, { user_id: "user_1", name: "Member 1" })];

describe("the chat", () => {
  function show(of = view({ chat: TALK }), userId = "user_2") {
    const made = fakeRoom(of, userId);
    render(Chat, { room: made.room });
    return made;
  }
  const field = () => screen.getByRole("textbox", { name: "Message" }) as HTMLInputElement;
  const send = async (text: string) => {
    await fireEvent.input(field(), { target: { value: text } });
    await fireEvent.submit(field().closest("form") as HTMLFormElement);
  };

  it("sends what is written, without the space around it, and nothing that is empty", async () => {
    const { commands } = show();
    await send("  ");
    await send(" Hello ");
    expect(commands).toEqual([{ type: "say", text: "Hello" }]);
    expect(field().value).toBe("");
  });

  it("keeps what could not be sent", async () => {
    const { refuse } = show();
    refuse(new ApiError("RATE_LIMITED"));
    await send("Hello");
    await expect.poll(() => field().value).toBe("Hello");
    expect(toasts.list).toHaveLength(1);
  });

  it("lets an author delete their own, asked twice, and nobody else's", async () => {
    const { commands } = show();
    expect(screen.queryByRole("button", { name: "Delete this message of Member 1" })).toBeNull();
    const [first] = screen.getAllByRole("button", { name: "Delete this message of Member 2" });
    await fireEvent.click(first as HTMLElement);
    expect(commands).toEqual([]);
    await fireEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Delete" }));
    expect(commands).toEqual([{ type: "delete_message", message_id: "msg_1" }]);
  });

  it("lets the host delete anybody's, and shows what was", () => {
    show(view({ chat: [message(1), message(2, { text: null })] }), "user_1");
    expect(screen.getAllByRole("button", { name: /^Delete this/ })).toHaveLength(1);
    expect(screen.getByText("Message deleted")).toBeTruthy();
  });

  it("tells who is muted why they cannot write", () => {
    show(view({ muted: ["user_2"] }));
    expect(field().disabled).toBe(true);
    expect(field().placeholder).toBe("You are muted here: you can read, but not write.");
  });
});

describe("older messages", () => {
  const told = (n: number) => ({
    message_id: `msg_${n}`,
    seq: n,
    user_id: "user_2",
    name: "Member 2",
    at: new Date(n).toISOString(),
    text: `Text ${n}`,
  });

  it("come before the recent ones, each once, until there are no more", async () => {
    const pages = new Map([
      [null, { messages: [told(2), told(3)], before_seq: 2 }],
      [2, { messages: [told(1)], before_seq: null }],
    ]);
    const history = new History(
      "room_1",
      async (_, before) => pages.get(before) ?? { messages: [], before_seq: null },
    );
    expect([history.more(99), history.more(100)]).toEqual([false, true]);
    await history.load();
    const ids = history.before([message(3), message(4)]).map((each) => each.message_id);
    expect(ids).toEqual(["msg_1", "msg_2", "msg_3", "msg_4"]);
    expect(history.more(100)).toBe(false);
  });
});

describe("voting to skip", () => {
  const people = [member(1), member(2), member(3)];
  it("tells a guest how it stands, and takes one vote", async () => {
    const { commands, tell } = fakeRoomWithVote("user_2");
    const button = screen.getByRole("button", { name: "Vote to skip: 1 of 2 votes" });
    await fireEvent.click(button);
    expect(commands).toEqual([{ type: "vote_skip", item_id: "item_1" }]);
    tell({ type: "skip_voted", user_id: "user_2", item_id: "item_1", votes: 2, needed: 2 });
    const voted = await screen.findByRole("button", { name: /^You voted to skip/ });
    expect(voted).toHaveProperty("disabled", true);
  });

  it("only tells who may skip anyway", () => {
    fakeRoomWithVote("user_1");
    expect(screen.queryByRole("button")).toBeNull();
    expect(screen.getByText("1 of 2 votes to skip this song")).toBeTruthy();
  });

  it("is not there where the room does not vote", () => {
    const { room } = fakeRoom(view({ vote_skip: { enabled: false, percent: 50 } }), "user_2");
    render(VoteSkip, { room });
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("is set up by the host, and only shown to others", async () => {
    const host = fakeRoom();
    const settings = { enabled: true, percent: 50 };
    const { unmount } = render(VoteSettings, { room: host.room, settings });
    await fireEvent.change(screen.getByRole("slider"), { target: { value: "70" } });
    await fireEvent.click(screen.getByRole("checkbox"));
    expect(host.commands).toEqual([
      { type: "set_vote_skip", enabled: true, percent: 70 },
      { type: "set_vote_skip", enabled: false, percent: 50 },
    ]);
    unmount();
    render(VoteSettings, { room: fakeRoom(view(), "user_2").room, settings });
    expect(screen.getByRole("slider")).toHaveProperty("disabled", true);
  });

  function fakeRoomWithVote(userId: string) {
    const made = fakeRoom(view({ skip_votes: ["user_3"], member_count: 3 }, people), userId);
    render(VoteSkip, { room: made.room });
    return made;
  }
});

describe("keeping the peace", () => {
  const people = [member(1), member(2, { role: "co_host" }), member(3), member(4, { role: "co_host" })];
  const open = async (userId: string, name: RegExp) => {
    const made = fakeRoom(view({}, people), userId);
    render(Members, { room: made.room, quality: ofDrift(0.3), oninvite: () => undefined });
    await fireEvent.click(screen.getByRole("button", { name }));
    return { ...made, dialog: within(screen.getByRole("dialog")) };
  };

  it("a co-host mutes a guest at once, and bans one when asked twice", async () => {
    const { dialog, commands } = await open("user_2", /Member 3/);
    await fireEvent.click(dialog.getByRole("button", { name: "Mute" }));
    await fireEvent.click(dialog.getByRole("button", { name: "Ban" }));
    expect(commands).toEqual([{ type: "mute", user_id: "user_3" }]);
    expect(dialog.getByText(/Ban Member 3 from this room/)).toBeTruthy();
    await fireEvent.click(dialog.getByRole("button", { name: "Ban" }));
    expect(commands.at(-1)).toEqual({ type: "ban", user_id: "user_3" });
  });

  it("a co-host does nothing to another, and is told why", async () => {
    const { dialog } = await open("user_2", /Member 4/);
    for (const name of ["Mute", "Ban", "Remove from room"]) {
      expect(dialog.getByRole("button", { name })).toHaveProperty("disabled", true);
    }
    expect(dialog.getByText(/co-hosts to guests/)).toBeTruthy();
  });

  it("whoever was banned is listed and let off", async () => {
    const { room, commands } = fakeRoom(view({ banned: ["user_9"] }));
    const ban = {
      user_id: "user_9",
      username: null,
      name: "Zoe",
      banned_by: "user_1",
      banned_at: "2026-01-01T00:00:00.000Z",
    };
    render(BanList, { room, load: async () => [ban] });
    expect(await screen.findByText(/Banned by Member 1/)).toBeTruthy();
    await fireEvent.click(screen.getByRole("button", { name: "Lift the ban of Zoe" }));
    expect(commands).toEqual([{ type: "unban", user_id: "user_9" }]);
  });
});
