import { expect, it } from "vitest";
import { routeOf } from "./router.svelte";

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
  ["/account", { name: "account" }],
  ["/friends", { name: "friends" }],
  ["/admin", { name: "admin" }],
  ["/room", { name: "lost" }],
  ["/room/a/b", { name: "lost" }],
  ["/nowhere", { name: "lost" }],
])("%s leads to %o", (path, route) => expect(routeOf(path)).toEqual(route));
