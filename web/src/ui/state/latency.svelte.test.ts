import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { PatchMe } from "../../protocol/rest";
import { Latency, type LatencyServices } from "./latency.svelte";

let kept: Map<string, string>;
let session: string | null;
let remembered: number;
let patches: PatchMe[];
let online: boolean;

function latency(): Latency {
  const services: LatencyServices = {
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    sessionId: () => session,
    me: async () => {
      if (!online) throw new Error("offline");
      return { output_latency_ms: remembered };
    },
    patchMe: async (body) => {
      if (!online) throw new Error("offline");
      patches.push(body);
      remembered = body.output_latency_ms ?? remembered;
    },
  };
  return new Latency(services);
}

beforeEach(() => {
  vi.useFakeTimers();
  kept = new Map();
  session = "sess_1";
  remembered = 0;
  patches = [];
  online = true;
});
afterEach(() => vi.useRealTimers());

it("is at once what it was set to, and the session hears of several presses once", async () => {
  const device = latency();
  device.nudge(25);
  device.nudge(25);
  device.nudge(-1);
  expect(device.ms).toBe(49);
  await vi.advanceTimersByTimeAsync(500);
  expect(patches).toEqual([{ output_latency_ms: 49 }]);
});

it("takes what the session remembers where this browser was never tuned", async () => {
  remembered = 180;
  const device = latency();
  await device.settle();
  expect(device.ms).toBe(180);
  expect(patches).toEqual([]);
});

it("survives a reload", () => {
  latency().set(120);
  expect(latency().ms).toBe(120);
});

it("sends later what could not be sent", async () => {
  online = false;
  latency().set(120);
  await vi.advanceTimersByTimeAsync(500);
  online = true;
  const again = latency();
  await again.settle();
  expect([again.ms, remembered]).toEqual([120, 120]);
});

it("belongs to the device, so another sign-in on it takes it over", async () => {
  latency().set(120);
  await vi.advanceTimersByTimeAsync(500);
  session = "sess_2";
  remembered = 0;
  const again = latency();
  await again.settle();
  expect([again.ms, remembered]).toEqual([120, 120]);
});

it("asks the session once", async () => {
  const device = latency();
  await device.settle();
  remembered = 55;
  await device.settle();
  expect(device.ms).toBe(0);
});

it("stays within what a device can be", () => {
  const device = latency();
  device.set(9_000);
  expect(device.ms).toBe(2_000);
  device.set(-9_000);
  expect(device.ms).toBe(-2_000);
});

it("begins anew where what was kept is damaged", () => {
  kept.set("tutti.latency", "{");
  expect(latency().ms).toBe(0);
  kept.set("tutti.latency", '{"ms":"much"}');
  expect(latency().ms).toBe(0);
});
