import { flushSync } from "svelte";
import { expect, it } from "vitest";
import { announcer, toasts } from "./toasts.svelte";

it("speaking within an effect does not wake it again", () => {
  let runs = 0;
  const stop = $effect.root(() => {
    $effect(() => {
      runs += 1;
      announcer.say("Connected again");
      toasts.say("Saved.");
    });
  });
  flushSync();
  stop();
  expect(runs).toBe(1);
});

it("an offer waits for its answer, whatever else is said", () => {
  toasts.offer("There is a new version.", { label: "Reload", run: () => undefined }, "update");
  for (const text of ["one", "two", "three", "four"]) toasts.say(text);
  expect(toasts.list.map((toast) => toast.text)).toEqual(["There is a new version.", "two", "three", "four"]);
  toasts.drop("update");
  expect(toasts.list.some((toast) => toast.about === "update")).toBe(false);
});
