import { expect, it } from "vitest";
import { routeOf } from "./router.svelte";

it.each([
  ["/", { name: "home" }],
  ["/join/ABC%20D", { name: "join", code: "ABC D" }],
  ["/room/room_1", { name: "room", roomId: "room_1" }],
  ["/room/room_1/", { name: "room", roomId: "room_1" }],
  ["/account", { name: "account" }],
  ["/room", { name: "lost" }],
  ["/room/a/b", { name: "lost" }],
  ["/nowhere", { name: "lost" }],
])("%s leads to %o", (path, route) => expect(routeOf(path)).toEqual(route));
