import { describe, expect, it } from "vitest";

const components: Record<string, string> = import.meta.glob("./**/*.svelte", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** What must stand in no component, and why. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\{@html/, "text is never markup"],
  [/\sstyle="/, "the Content-Security-Policy blocks style attributes; style:name={…} goes through the CSSOM"],
  [/from "@lucide\/svelte"/, "icons are imported one by one, or all of them would be shipped"],
  [/localStorage|fetch\(/, "storage and calls have their own homes"],
];

describe.each(BANNED)("%s is in no component", (pattern, why) => {
  it(why, () => {
    const found = Object.keys(components).filter((name) => pattern.test(components[name] ?? ""));
    expect(found).toEqual([]);
  });
});

it("there are components to look at", () => {
  expect(Object.keys(components).length).toBeGreaterThan(30);
});
