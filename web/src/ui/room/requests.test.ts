import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { toasts } from "../state/toasts.svelte";
import RequestStrip from "./RequestStrip.svelte";
import RequestsDialog from "./RequestsDialog.svelte";
import { fakeRoom, item, request, view } from "./testkit";

beforeEach(() => {
  toasts.list = [];
});

const said = () => toasts.list.map((toast) => toast.text);
const waiting = () => view({ requests: [request(1), request(2, { requested_by: "user_3" })] });
const decidedBy = { decided_by: "user_1", decided_at_ms: 5 };

function show(of = waiting(), userId = "user_1") {
  const made = fakeRoom(of, userId);
  render(RequestsDialog, { room: made.room, onclose: () => undefined });
  return made;
}

it("the host sees all that waits, and approves", async () => {
  const { commands } = show();
  const rows = screen.getAllByTestId("request");
  expect(rows).toHaveLength(2);
  expect(rows[0]?.textContent).toContain("Remove “Song 1”");
  await fireEvent.click(within(rows[0] as HTMLElement).getByRole("button", { name: /Approve/ }));
  expect(commands).toEqual([{ type: "approve_request", request_id: "req_1" }]);
});

it("the host denies with a reason, or without", async () => {
  const { commands } = show();
  await fireEvent.click(screen.getAllByRole("button", { name: /Deny/ })[0] as HTMLElement);
  await fireEvent.input(screen.getByLabelText("Reason (optional)"), { target: { value: " Too loud " } });
  await fireEvent.submit(
    screen.getByRole("button", { name: "Deny request" }).closest("form") as HTMLFormElement,
  );
  expect(commands).toEqual([{ type: "deny_request", request_id: "req_1", reason: "Too loud" }]);
});

it("a guest sees only their own requests, their fate and why, and takes back what waits", async () => {
  const denied = request(3, { status: "denied", reason: "Too loud", ...decidedBy });
  const { commands } = show(view({ requests: [denied, ...waiting().state.requests] }), "user_2");
  expect(screen.getAllByTestId("request")).toHaveLength(2);
  expect(screen.getByText("Denied by Member 1: Too loud")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Approve/ })).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: /Take back/ }));
  expect(commands).toEqual([{ type: "withdraw_request", request_id: "req_1" }]);
});

describe("the strip above the playlist", () => {
  it.each([
    ["the host what waits", "user_1", waiting(), "2 requests wait for you"],
    ["a guest what waits of their own", "user_2", waiting(), "1 request of yours waits"],
    [
      "a guest that all is decided",
      "user_2",
      view({ requests: [request(1, { status: "approved", ...decidedBy })] }),
      "Your requests are decided",
    ],
  ])("tells %s", (_whom, userId, of, text) => {
    render(RequestStrip, { room: fakeRoom(of, userId).room, onopen: () => undefined });
    expect(screen.getByTestId("request-strip").textContent).toContain(text);
  });

  it.each(["user_1", "user_2"])("is not there where %s has nothing to read", (userId) => {
    render(RequestStrip, { room: fakeRoom(view(), userId).room, onopen: () => undefined });
    expect(screen.queryByTestId("request-strip")).toBeNull();
  });
});

describe("messages", () => {
  it("tell the host who asks for what, and approve at once", async () => {
    const { commands, tell } = fakeRoom(view(), "user_1");
    const payload = { action: "add" as const, track: item(9).track };
    tell({ type: "request_submitted", request: request(1, { payload }) });
    expect(said()).toEqual(["Member 2 asks: add “Song 9”"]);
    toasts.list[0]?.action?.run();
    expect(commands).toEqual([{ type: "approve_request", request_id: "req_1" }]);
  });

  it("tell whoever asked what became of it, of a song that is gone too", () => {
    const { tell } = fakeRoom(waiting(), "user_2");
    tell(
      { type: "item_removed", item_id: "item_1" },
      { type: "request_approved", request_id: "req_1", ...decidedBy },
    );
    expect(said()).toEqual(["Approved: remove “Song 1”"]);
  });

  it("tell why it was denied, and nobody else", () => {
    const fact = { type: "request_denied" as const, request_id: "req_1", reason: "Too loud", ...decidedBy };
    fakeRoom(waiting(), "user_2").tell(fact);
    fakeRoom(waiting(), "user_3").tell(fact);
    expect(said()).toEqual(["Denied: remove “Song 1”. Too loud"]);
  });
});

it("what a guest uploads is asked for, not added", async () => {
  const { room, commands } = fakeRoom(view(), "user_2");
  expect(await room.give({ type: "add", track: item(9).track })).toBe("asked");
  expect(commands).toEqual([{ type: "submit_request", action: "add", track: item(9).track }]);
});
