import { expect, it } from "vitest";
import { asked, routeOf, router } from "./router.svelte";

const ROOM = `room_${"0123456789abcdef".repeat(2)}`;

it.each([
  ["/", { name: "home" }],
  ["/join/ABC%20D", { name: "join", code: "ABC D" }],
  [`/room/${ROOM}`, { name: "room", roomId: ROOM }],
  [`/room/${ROOM}/`, { name: "room", roomId: ROOM }],
  ["/room/room_1", { name: "lost" }],
  ["/quick", { name: "quick", room: "" }],
  ["/quick/kitchen", { name: "quick", room: "kitchen" }],
  ["/quick/a/b", { name: "lost" }],
  [`/room/${ROOM}/history`, { name: "history", roomId: ROOM }],
  [`/room/${ROOM}/past`, { name: "lost" }],
  ["/settings", { name: "settings" }],
  ["/friends", { name: "friends" }],
  ["/admin", { name: "admin" }],
  ["/room", { name: "lost" }],
  ["/room/a/b", { name: "lost" }],
  ["/nowhere", { name: "lost" }],
])("%s leads to %o", (path, route) => expect(routeOf(path)).toEqual(route));

it("an address that was once something else's leads to where that is now", () => {
  router.go("/account");
  expect(router.route).toEqual({ name: "settings" });
  expect(location.pathname).toBe("/settings");
});

it("what an address asks for is asked once", () => {
  router.go("/room/x?probe=1&settings");
  expect(asked("settings")).toBe(true);
  expect(location.search).toBe("?probe=1");
  expect(asked("settings")).toBe(false);
});
