import { describe, expect, it, vi } from "vitest";
import type { Entry } from "../../protocol/model";
import type { Room } from "../../protocol/rest";
import { ApiError } from "../../transport/errors";
import { Evening } from "./evening.svelte";

const ALL = 450;

const entry = (seq: number): Entry => ({
  seq,
  at_ms: seq,
  cause: { command: "rename", command_id: null, user_id: "user_1" },
  events: [{ type: "renamed", name: `Room ${seq}` }],
});

const roomAt = (seq: number) =>
  ({ name: `Room ${seq}`, queue: [], members: [{ user_id: "user_1", name: "Ana" }] }) as unknown as Room;

function past() {
  let all = ALL;
  const calls = {
    page: vi.fn(async (_: string, before: number | null, limit: number) => {
      const last = (before ?? all + 1) - 1;
      const first = Math.max(1, last - limit + 1);
      const entries = Array.from({ length: last - first + 1 }, (_, at) => entry(first + at));
      return { entries, before_seq: first > 1 ? first : null };
    }),
    at: vi.fn(async (_: string, seq: number) => roomAt(seq)),
  };
  const more = () => {
    all += 1;
  };
  return { calls, more, evening: new Evening("room_1", calls) };
}

describe("an evening", () => {
  it("is read from its end, and further back when asked", async () => {
    const { evening } = past();
    await evening.read();
    expect(evening.lines?.at(0)?.seq).toBe(251);
    expect(evening.lines?.at(-1)?.seq).toBe(ALL);
    expect(evening.more).toBe(true);
    await evening.read();
    await evening.read();
    expect(evening.lines?.map((line) => line.seq)).toEqual(Array.from({ length: ALL }, (_, at) => at + 1));
    expect(evening.more).toBe(false);
  });

  it("knows people by the room as it was before", async () => {
    const { evening } = past();
    await evening.read();
    expect(evening.lines?.[0]?.who).toBe("Ana");
  });

  it("shows the room at its end first, then at the moment that is picked, asked for once", async () => {
    const { calls, evening } = past();
    await evening.read();
    await expect.poll(() => evening.room?.name).toBe("Room 450");
    evening.show(300);
    evening.show(301);
    evening.show(302);
    await expect.poll(() => evening.room?.name).toBe("Room 302");
    expect(calls.at.mock.calls.map(([, seq]) => seq)).toEqual([250, 450, 302]);
    evening.show(450);
    expect(evening.room?.name).toBe("Room 450");
  });

  it("catches up with what happened since", async () => {
    const { more, evening } = past();
    await evening.read();
    more();
    await evening.catchUp();
    expect(evening.lines?.at(-1)?.seq).toBe(451);
    await expect.poll(() => evening.room?.name).toBe("Room 451");
  });

  it("says so where it cannot be read", async () => {
    const { calls, evening } = past();
    calls.page.mockRejectedValueOnce(new ApiError("NOT_IN_ROOM"));
    await evening.read();
    expect(evening.lines).toBeNull();
    expect(ApiError.from(evening.failure).code).toBe("NOT_IN_ROOM");
  });
});
