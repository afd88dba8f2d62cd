import { expect, it } from "vitest";
// @ts-expect-error -- a script of the build, without types
import { generate, written } from "../../scripts/types.mjs";

it("the generated types are those of the schemas; otherwise run `npm run types`", async () => {
  const [made, kept] = (await Promise.all([generate(), written()])) as Map<string, string>[];
  if (made === undefined || kept === undefined) throw new Error("nothing was generated");
  expect([...kept.keys()].sort()).toEqual([...made.keys()].sort());
  for (const [path, text] of made) expect(kept.get(path), path).toBe(text);
}, 30_000);
