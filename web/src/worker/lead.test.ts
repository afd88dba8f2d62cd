import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { lead, PAGE_PATIENCE_MS } from "./lead";

const page = { postMessage: vi.fn(), focus: vi.fn(), navigate: vi.fn() };
const clients = { matchAll: vi.fn(), openWindow: vi.fn() };
const tap = () => lead(clients, "/friends");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.resetAllMocks();
  page.focus.mockRejectedValue(new DOMException("not tapped", "InvalidAccessError"));
  clients.matchAll.mockResolvedValue([page]);
});
afterEach(() => vi.useRealTimers());

it("leads to a new window where no page is open", async () => {
  clients.matchAll.mockResolvedValue([]);
  await tap();
  expect(clients.openWindow).toHaveBeenCalledExactlyOnceWith("/friends");
});

it("leaves it to a page that has loaded, so that its music plays on", async () => {
  page.postMessage.mockImplementation((message, [port]) => {
    expect(message).toEqual({ open: "/friends" });
    port.postMessage(true);
  });
  await tap();
  expect(page.navigate).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

it("leads a page there that does not listen yet", async () => {
  const led = tap();
  await vi.advanceTimersByTimeAsync(PAGE_PATIENCE_MS);
  await led;
  expect(page.navigate).toHaveBeenCalledExactlyOnceWith("/friends");
});
