/** Rooms for the tests of this folder. Not part of the built client. */
import type { Item, Member, Message, Request, RoomEvent, RoomState, Timeline } from "../../protocol/model";
import type { Command } from "../../protocol/native";
import { ClockEstimator } from "../../sync/clock";
import type { ApiError } from "../../transport/errors";
import type { TuttiSocket } from "../../transport/socket";
import type { RoomListener } from "../../transport/watching";
import { fromSnapshot, type RoomView } from "./reducer";
import { RoomStore } from "./room.svelte";

export function item(n: number, track: Partial<Item["track"]> = {}): Item {
  return {
    item_id: `item_${n}`,
    track: { title: `Song ${n}`, artists: ["Ana"], duration_ms: 60_000, media_id: `media_${n}`, ...track },
    added_by: "user_1",
    added_at_ms: n,
  };
}

export function request(n: number, more: Partial<Request> = {}): Request {
  return {
    request_id: `req_${n}`,
    status: "pending",
    payload: { action: "remove", item_id: "item_1" },
    requested_by: "user_2",
    requested_at_ms: n,
    ...more,
  };
}

export function message(n: number, more: Partial<Message> = {}): Message {
  return {
    message_id: `msg_${n}`,
    user_id: "user_2",
    name: "Member 2",
    at_ms: n,
    text: `Text ${n}`,
    ...more,
  };
}

export function member(n: number, more: Partial<Member> = {}): Member {
  return {
    user_id: `user_${n}`,
    username: null,
    name: `Member ${n}`,
    role: n === 1 ? "host" : "guest",
    connected: true,
    joined_at_ms: n,
    last_seen_ms: null,
    ...more,
  };
}

export function timeline(more: Partial<Timeline> = {}): Timeline {
  return {
    item_id: "item_1",
    playing: false,
    position_ms: 0,
    at_ms: 0,
    starts_at_ms: null,
    rate: 1,
    ...more,
  };
}

export function state(more: Partial<RoomState> = {}): RoomState {
  return {
    room_id: "room_1",
    name: "Kitchen",
    host_id: "user_1",
    visibility: "invite",
    control: "host",
    invite_code: "ABCDE12345",
    invite_path: "/join/ABCDE12345",
    volume: 1,
    repeat: "off",
    shuffle_order: null,
    playlist: [item(1), item(2), item(3)],
    timeline: timeline(),
    requests: [],
    muted: [],
    banned: [],
    vote_skip: { enabled: true, percent: 50 },
    skip_votes: [],
    chat: [],
    undo_steps: 0,
    member_count: 2,
    created_at_ms: 0,
    ...more,
  };
}

export function view(more: Partial<RoomState> = {}, members = [member(1), member(2)]): RoomView {
  return fromSnapshot({ state: state(more), members, seq: 0 });
}

export function titles(of: RoomView): string[] {
  return of.state.playlist.map((each) => each.track.title);
}

/** A room store on a socket that goes nowhere: what it is told comes from the test, what it says is kept. */
export function fakeRoom(of: RoomView = view(), userId = "user_1") {
  const clock = new ClockEstimator();
  const commands: Command[] = [];
  let listener: RoomListener | null = null;
  let answer: (command: Command) => Promise<number> = async () => 1;
  const socket = {
    clock,
    phase: "online",
    hushed: false,
    subscribe: () => () => undefined,
    onHush: () => () => undefined,
    watch: (_: string, given: RoomListener) => {
      listener = given;
      return () => undefined;
    },
    command: (_: string, command: Command) => {
      commands.push(command);
      return answer(command);
    },
    report: () => undefined,
    nudge: () => undefined,
  };
  const room = new RoomStore(of.state.room_id, socket as unknown as TuttiSocket, userId);
  room.watch();
  const told = listener as unknown as RoomListener;
  told.snapshot({
    type: "snapshot",
    room_id: of.state.room_id,
    epoch: "e",
    seq: 0,
    state: of.state,
    members: [...of.members],
  });
  told.live();
  const tell = (...events: RoomEvent[]) =>
    told.entry({
      type: "entry",
      room_id: of.state.room_id,
      seq: 1,
      at_ms: 0,
      cause: { command: "test", command_id: null, user_id: null },
      events,
    });
  const refuse = (error: ApiError) => {
    answer = () => Promise.reject(error);
  };
  return { room, commands, tell, told, refuse };
}
