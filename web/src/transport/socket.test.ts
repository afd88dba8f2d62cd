import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServerMessage } from "../protocol/native";
import { ApiError } from "./errors";
import { PATIENCE_MS } from "./patience";
import { HUSH_MS, SILENCE_MS } from "./probing";
import { type Phase, TuttiSocket } from "./socket";
import { FakeSocket } from "./testkit";

const ROOM = "room_1";
const EPOCH = "e1";

function snapshot(seq: number, epoch = EPOCH): ServerMessage {
  return { type: "snapshot", room_id: ROOM, epoch, seq, members: [], state: {} as never };
}

function entry(seq: number): ServerMessage {
  return {
    type: "entry",
    room_id: ROOM,
    seq,
    at_ms: seq,
    cause: { command: "play", command_id: null, user_id: null },
    events: [],
  };
}

function setup() {
  const connections: FakeSocket[] = [];
  let tokens = 0;
  const token = vi.fn(async () => `token_${tokens}`);
  const renew = vi.fn(async () => `token_${++tokens}`);
  const socket = new TuttiSocket({
    open: () => {
      const made = new FakeSocket();
      connections.push(made);
      return made;
    },
    token,
    renew,
    now: () => Date.now(),
    random: () => 0.5,
    client: "test",
  });
  const phases: Phase[] = [];
  socket.subscribe((phase) => phases.push(phase));
  const last = () => connections.at(-1) as FakeSocket;
  const welcome = async (lastsMs = 600_000, startedAtMs = 1) => {
    await vi.advanceTimersByTimeAsync(0);
    last().accept();
    last().say({
      type: "welcome",
      connection_id: "c",
      user: { user_id: "user_1", username: null, name: "Ana", is_guest: true },
      session_id: "sess_1",
      server_time_ms: 0,
      heartbeat_ms: 10_000,
      expires_at_ms: lastsMs,
      started_at_ms: startedAtMs,
    });
  };
  const reconnect = async () => {
    await vi.advanceTimersByTimeAsync(500);
    await welcome();
  };
  return { socket, connections, last, welcome, reconnect, phases, token, renew };
}

function listener() {
  const seen: string[] = [];
  return {
    seen,
    snapshot: (m: { seq: number }) => void seen.push(`snapshot ${m.seq}`),
    entry: (m: { seq: number }) => void seen.push(`entry ${m.seq}`),
    presence: () => void seen.push("presence"),
    live: () => void seen.push("live"),
    gone: (error: ApiError) => void seen.push(`gone ${error.code}`),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a connection", () => {
  it("says hello first, and is online when welcomed", async () => {
    const { socket, last, welcome, phases } = setup();
    socket.start();
    await welcome();
    expect(last().received[0]).toEqual({ type: "hello", token: "token_0", client: "test" });
    expect(phases).toEqual(["connecting", "online"]);
  });

  it("comes back after a cut, the first time within a quarter of a second", async () => {
    const { socket, connections, last, welcome, phases } = setup();
    socket.start();
    await welcome();
    last().drop();
    expect(phases.at(-1)).toBe("waiting");
    await vi.advanceTimersByTimeAsync(250);
    expect(connections).toHaveLength(2);
  });

  it("notices that the server was restarted meanwhile, and that it was not", async () => {
    const { socket, last, welcome } = setup();
    socket.start();
    await welcome(600_000, 1);
    for (const [startedAtMs, restarts] of [
      [1, 0],
      [2, 1],
    ] as const) {
      last().drop();
      await vi.advanceTimersByTimeAsync(500);
      await welcome(600_000, startedAtMs);
      expect(socket.restarts).toBe(restarts);
    }
  });

  it("keeps trying often enough to be back within 5 s of a restart", async () => {
    const { socket, connections, last, welcome } = setup();
    socket.start();
    await welcome();
    last().drop();
    const started = Date.now();
    while (Date.now() - started < 3_000) {
      await vi.advanceTimersByTimeAsync(50);
      if (!last().closed) last().drop();
    }
    const before = connections.length;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(connections.length).toBeGreaterThan(before);
  });

  it("waits as long as the server asks in its goodbye", async () => {
    const { socket, connections, last, welcome } = setup();
    socket.start();
    await welcome();
    last().say({ type: "bye", code: 1012, reason: "restart", retry_after_ms: 2_000 });
    last().drop();
    await vi.advanceTimersByTimeAsync(1_900);
    expect(connections).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(connections).toHaveLength(2);
  });

  it("counts as dead when the server answers no probe", async () => {
    const { socket, last, welcome, phases } = setup();
    socket.start();
    await welcome();
    const first = last();
    await vi.advanceTimersByTimeAsync(SILENCE_MS + 2_000);
    expect(first.closed).toBe(true);
    expect(phases).toContain("waiting");
  });

  it("is told to hush before it counts as dead, until the server answers again", async () => {
    const { socket, last, welcome } = setup();
    const hushes: boolean[] = [];
    socket.onHush((hushed) => hushes.push(hushed));
    socket.start();
    await welcome();
    await vi.advanceTimersByTimeAsync(HUSH_MS + 1_000);
    expect(hushes).toEqual([true]);
    const probe = last().of("time").at(-1);
    last().say({ type: "time", t0: probe?.t0 ?? 0, t1: 0, t2: 0 });
    expect(hushes).toEqual([true, false]);
  });

  it("is not welcomed by a server that hangs, and one that hangs up is another matter", async () => {
    const { socket, connections, last, welcome } = setup();
    socket.start();
    await welcome();
    await vi.advanceTimersByTimeAsync(SILENCE_MS + 2_000);
    expect(socket.hushed).toBe(true);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(connections.length).toBeGreaterThan(2);
    expect(socket.hushed).toBe(true);
    last().drop();
    expect(socket.hushed).toBe(false);
  });

  it("lives on while probes are answered", async () => {
    const { socket, last, welcome, connections } = setup();
    socket.start();
    await welcome();
    for (let i = 0; i < 30; i++) {
      await vi.advanceTimersByTimeAsync(1_000);
      const t0 = last().of("time").at(-1)?.t0 ?? 0;
      last().say({ type: "time", t0, t1: t0, t2: t0 });
    }
    expect(connections).toHaveLength(1);
    expect(socket.clock.known).toBe(true);
  });

  it("says hello again with a fresh token before the old one expires", async () => {
    const { socket, last, welcome, token, phases } = setup();
    socket.start();
    await welcome(70_000);
    for (let i = 0; i < 11; i++) {
      await vi.advanceTimersByTimeAsync(1_000);
      const t0 = last().of("time").at(-1)?.t0 ?? 0;
      last().say({ type: "time", t0, t1: t0, t2: t0 });
    }
    expect(last().of("hello")).toHaveLength(2);
    expect(token).toHaveBeenCalledTimes(2);
    expect(phases).toEqual(["connecting", "online"]);
  });

  it("brings another token where the server refused the first", async () => {
    const { socket, last, welcome, renew } = setup();
    socket.start();
    await vi.advanceTimersByTimeAsync(0);
    last().accept();
    last().say({ type: "bye", code: 4401, reason: "expired" });
    last().drop();
    await vi.advanceTimersByTimeAsync(300);
    await welcome();
    expect(renew).toHaveBeenCalledWith("token_0");
    expect(last().of("hello")[0]?.token).toBe("token_1");
  });

  it("stops trying when signed out", async () => {
    const { socket, connections, token, phases } = setup();
    token.mockRejectedValueOnce(new ApiError("AUTH_REQUIRED"));
    socket.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(phases.at(-1)).toBe("refused");
    expect(connections).toHaveLength(0);
  });
});

describe("a watched room", () => {
  it("starts from a snapshot and takes entries in order, each once", async () => {
    const { socket, last, welcome } = setup();
    const room = listener();
    socket.watch(ROOM, room);
    socket.start();
    await welcome();
    for (const m of [snapshot(4), entry(4), entry(5), entry(5), entry(6)]) last().say(m);
    expect(room.seen).toEqual(["snapshot 4", "live", "entry 5", "entry 6"]);
  });

  it("resumes after a cut from the last entry it has", async () => {
    const { socket, last, welcome, reconnect } = setup();
    const room = listener();
    socket.watch(ROOM, room);
    socket.start();
    await welcome();
    for (const m of [snapshot(4), entry(5)]) last().say(m);
    last().drop();
    await reconnect();
    expect(last().of("watch")).toEqual([{ type: "watch", room_id: ROOM, epoch: EPOCH, after_seq: 5 }]);
    last().say({ type: "resumed", room_id: ROOM, epoch: EPOCH, after_seq: 5 });
    last().say(entry(6));
    expect(room.seen.slice(-2)).toEqual(["live", "entry 6"]);
  });

  it("asks again at a gap, and passes nothing on until it is closed", async () => {
    const { socket, last, welcome } = setup();
    const room = listener();
    socket.watch(ROOM, room);
    socket.start();
    await welcome();
    for (const m of [snapshot(4), entry(7), entry(8)]) last().say(m);
    expect(last().of("watch").at(-1)).toMatchObject({ after_seq: 4 });
    for (const m of [
      { type: "resumed", room_id: ROOM, epoch: EPOCH, after_seq: 4 } as const,
      entry(5),
      entry(6),
    ]) {
      last().say(m);
    }
    expect(room.seen.filter((s) => s.startsWith("entry"))).toEqual(["entry 5", "entry 6"]);
  });

  it("starts over where a resume does not fit", async () => {
    const { socket, last, welcome } = setup();
    socket.watch(ROOM, listener());
    socket.start();
    await welcome();
    last().say(snapshot(4));
    last().say({ type: "resumed", room_id: ROOM, epoch: "e2", after_seq: 4 });
    expect(last().of("watch").at(-1)).toEqual({ type: "watch", room_id: ROOM });
  });

  it("asks again where the server could not answer just now", async () => {
    const { socket, last, welcome } = setup();
    const room = listener();
    socket.watch(ROOM, room);
    socket.start();
    await welcome();
    last().say({ type: "unwatched", room_id: ROOM, code: "OVERLOADED", reason: "busy" });
    expect(room.seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(last().of("watch")).toHaveLength(2);
  });

  it("followed anew is not ended by the answer to its former unwatch", async () => {
    const { socket, last, welcome } = setup();
    const stop = socket.watch(ROOM, listener());
    socket.start();
    await welcome();
    last().say({ type: "unwatched", room_id: ROOM, code: "NOT_IN_ROOM", reason: "join first" });
    stop();
    const room = listener();
    socket.watch(ROOM, room);
    last().say({ type: "unwatched", room_id: ROOM, reason: "as you asked" });
    last().say(snapshot(1));
    expect(room.seen).toEqual(["snapshot 1", "live"]);
  });

  it("says why it is not let in, whether told by name or as an error", async () => {
    const { socket, last, welcome } = setup();
    const room = listener();
    socket.watch(ROOM, room);
    socket.start();
    await welcome();
    last().say({ type: "error", code: "NOT_IN_ROOM", message: "join first" });
    last().say({ type: "unwatched", room_id: ROOM, code: "NOT_FOUND", reason: "closed" });
    expect(room.seen).toEqual(["gone NOT_IN_ROOM", "gone NOT_FOUND"]);
  });
});

describe("a command", () => {
  it("resolves with its entry", async () => {
    const { socket, last, welcome } = setup();
    socket.start();
    await welcome();
    const answer = socket.command(ROOM, { type: "play" });
    const [sent] = last().of("command");
    last().say({ type: "accepted", command_id: sent?.command_id ?? "", seq: 9 });
    expect(await answer).toBe(9);
  });

  it("fails with the server's rejection", async () => {
    const { socket, last, welcome } = setup();
    socket.start();
    await welcome();
    const answer = socket.command(ROOM, { type: "play" });
    const [sent] = last().of("command");
    last().say({
      type: "rejected",
      command_id: sent?.command_id ?? "",
      code: "UPDATE_FAILED",
      message: "only the host",
    });
    await expect(answer).rejects.toMatchObject({ code: "UPDATE_FAILED", message: "only the host" });
  });

  it("unanswered when the connection breaks, goes again with the same id and once only after its answer", async () => {
    const { socket, last, welcome, reconnect } = setup();
    socket.start();
    await welcome();
    const answer = socket.command(ROOM, { type: "skip_next" });
    const first = last().of("command")[0];
    last().drop();
    await reconnect();
    expect(last().of("command")).toEqual([first]);
    last().say({ type: "accepted", command_id: first?.command_id ?? "", seq: 3 });
    expect(await answer).toBe(3);
    last().drop();
    await reconnect();
    expect(last().of("command")).toEqual([]);
  });

  it("given while offline waits for the connection", async () => {
    const { socket, last, welcome } = setup();
    const answer = socket.command(ROOM, { type: "pause" });
    socket.start();
    await welcome();
    const sent = last().of("command")[0];
    last().say({ type: "accepted", command_id: sent?.command_id ?? "", seq: 1 });
    expect(await answer).toBe(1);
  });

  it("is given up after a while, so that it cannot surprise anybody later", async () => {
    const { socket, last, welcome } = setup();
    const answer = socket.command(ROOM, { type: "pause" });
    const failed = expect(answer).rejects.toMatchObject({ code: "UNREACHABLE" });
    await vi.advanceTimersByTimeAsync(PATIENCE_MS + 1);
    await failed;
    socket.start();
    await welcome();
    expect(last().of("command")).toEqual([]);
  });
});

it("news for the one signed in reach whoever reads them, until they read no more", async () => {
  const { socket, welcome, last } = setup();
  const read: string[] = [];
  const stop = socket.onNotice((notice) => read.push(notice.kind));
  socket.start();
  await welcome();
  const friend = { user_id: "user_2", username: "ben", name: "Ben", is_guest: false };
  last().say({ type: "notice", notice: { kind: "friend_removed", friend } });
  stop();
  last().say({ type: "notice", notice: { kind: "friend_request_accepted", friend } });
  expect(read).toEqual(["friend_removed"]);
});
