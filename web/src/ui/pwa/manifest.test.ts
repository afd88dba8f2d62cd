import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const PUBLIC = "public/";

interface Icon {
  readonly src: string;
  readonly sizes: string;
  readonly type: string;
  readonly purpose?: string;
}

const manifest = JSON.parse(readFileSync(`${PUBLIC}manifest.webmanifest`, "utf8")) as {
  icons: Icon[];
  shortcuts: { url: string; icons: Icon[] }[];
};
const icons = [...manifest.icons, ...manifest.shortcuts.flatMap((shortcut) => shortcut.icons)];
const pictures = icons.filter((icon) => icon.type === "image/png");

describe("the manifest", () => {
  it.each(pictures)("names $src as large as it is", ({ src, sizes }) => {
    // Width and height stand at fixed places in every PNG.
    const png = readFileSync(PUBLIC + src.slice(1));
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(sizes);
  });

  it("has what home screens ask for", () => {
    const has = (sizes: string, purpose: string) =>
      icons.some((icon) => icon.sizes === sizes && icon.purpose === purpose);
    expect([has("192x192", "any"), has("512x512", "any"), has("512x512", "maskable")]).toEqual([
      true,
      true,
      true,
    ]);
  });
});
