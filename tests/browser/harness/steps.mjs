import { test } from "node:test";

/**
 * The steps of one evening: each begins where the one before ended, and none after one that failed.
 * @returns {(name: string, run: () => Promise<void>) => void}
 */
export function steps() {
  let brokenAt = null;
  return (name, run) =>
    test(name, async (t) => {
      if (brokenAt !== null) {
        t.skip(`after "${brokenAt}"`);
        return;
      }
      brokenAt = name;
      await run();
      brokenAt = null;
    });
}
