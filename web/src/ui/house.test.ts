import { parse } from "svelte/compiler";
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

/** Attributes that are read to people. */
const SAID =
  /^(aria-(label|description|roledescription|valuetext)|alt|hint|label|legend|placeholder|text|title)$/;

/** The texts that stand in markup itself, be it between tags or in an attribute that is read to people. */
function textsOf(node: unknown, attribute: string | null = null): string[] {
  if (Array.isArray(node)) return node.flatMap((each) => textsOf(each, attribute));
  if (typeof node !== "object" || node === null) return [];
  const { type, name, data, ...rest } = node as Record<string, unknown>;
  if (type === "Text") {
    const said = attribute === null || SAID.test(attribute);
    return said && /\p{L}/u.test(String(data)) ? [String(data).trim()] : [];
  }
  const within = type === "Attribute" ? String(name) : attribute;
  return Object.values(rest).flatMap((each) => textsOf(each, within));
}

it("no component says anything but what the catalogue says", () => {
  const found = Object.entries(components).flatMap(([name, source]) =>
    textsOf(parse(source, { modern: true }).fragment).map((text) => `${name}: ${text}`),
  );
  expect(found).toEqual([]);
});

it("a text in markup would be found", () => {
  const source = '<p class="page">Hi {name}</p><input placeholder="Name" autocomplete="name">';
  expect(textsOf(parse(source, { modern: true }).fragment)).toEqual(["Hi", "Name"]);
});
