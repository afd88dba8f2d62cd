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
