import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, it } from "vitest";
import Members from "./Members.svelte";
import { ofDrift } from "./quality";
import { fakeRoom, member, view } from "./testkit";

const sync = { drift_ms: 1.2, offset_ms: 0, rtt_ms: 20, buffering: false, loaded: true };
const people = [member(1), member(2, { sync }), member(3, { connected: false })];

function show(userId: string, members = people) {
  const made = fakeRoom(view({ member_count: members.length }, members), userId);
  render(Members, { room: made.room, quality: ofDrift(0.3), oninvite: () => undefined });
  return made;
}

it("shows who is here, in which role, and how together", () => {
  show("user_1");
  expect(screen.getByText("2 of 3 here")).toBeTruthy();
  const rows = screen.getAllByRole("listitem");
  expect(rows.map((row) => row.textContent?.replace(/\s+/g, " ").trim())).toEqual([
    expect.stringContaining("Host"),
    expect.stringContaining("Guest"),
    expect.stringContaining("Away"),
  ]);
});

it("the host promotes a guest and hands the room over only when asked twice", async () => {
  const { commands } = show("user_1");
  await fireEvent.click(screen.getByRole("button", { name: /Member 2/ }));
  const dialog = within(screen.getByRole("dialog"));
  await fireEvent.click(dialog.getByRole("button", { name: "Make co-host" }));
  await fireEvent.click(dialog.getByRole("button", { name: "Make host" }));
  expect(commands).toEqual([{ type: "promote", user_id: "user_2" }]);
  await fireEvent.click(dialog.getByRole("button", { name: "Make host" }));
  expect(commands.at(-1)).toEqual({ type: "transfer_host", user_id: "user_2" });
});

it("a guest sees what only the host may do, disabled", async () => {
  show("user_2");
  await fireEvent.click(screen.getByRole("button", { name: /Member 3/ }));
  const promote = within(screen.getByRole("dialog")).getByRole("button", { name: "Make co-host" });
  expect(promote).toHaveProperty("disabled", true);
});

it("a guest may take over exactly where no host is here", async () => {
  const { commands } = show("user_2", [member(1, { connected: false }), member(2)]);
  await fireEvent.click(screen.getByRole("button", { name: "Become host" }));
  expect(commands).toEqual([{ type: "claim_host" }]);
});

it("nobody may take over from a host who is here", () => {
  show("user_2");
  expect(screen.queryByRole("button", { name: "Become host" })).toBeNull();
});
