import { expect, it } from "vitest";
import { type PushMessage, shownOf } from "./news";

const invite: PushMessage = {
  type: "room_invite",
  by: { name: "Ana" },
  room_id: "room_1",
  room_name: "Kitchen",
};

it("news reads in the language of the device, and leads to what it is about", () => {
  expect(shownOf(invite, "en-GB")).toEqual({
    body: "Ana invites you into “Kitchen”.",
    tag: "invite room_1",
    url: "/room/room_1",
  });
  expect(shownOf(invite, "de")?.body).toBe("Ana lädt dich in „Kitchen“ ein.");
  expect(shownOf({ type: "friend_request", from: { name: "Ben" } }, "en")?.url).toBe("/friends");
  expect(shownOf({ type: "new_friend", friend: { name: "Ben" } }, "en")?.body).toContain("Ben");
});

it("what a newer server says is left out", () => {
  expect(shownOf({ type: "something_new" } as unknown as PushMessage, "en")).toBeNull();
});
