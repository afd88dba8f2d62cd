import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../transport/errors";
import { agoText, artistsText, dateText, driftText, timeText } from "../format";
import { de } from "./de";
import { known } from "./de/named";
import { en } from "./en";
import { errorText, t } from "./index";
import { begin, choose, firstOf, speak } from "./language.svelte";
import { counting } from "./plural";

type Text = string | ((...values: unknown[]) => string);

/** Every text by the path to it. */
function textsOf(part: object, path = ""): Map<string, Text> {
  return new Map(
    Object.entries(part).flatMap(([name, value]) => {
      const here = path === "" ? name : `${path}.${name}`;
      return typeof value === "object" ? [...textsOf(value, here)] : [[here, value as Text] as const];
    }),
  );
}

const { named: _said, ...englishTexts } = en;
const { named: _named, ...germanTexts } = de;
const english = textsOf(englishTexts);
const german = textsOf(germanTexts);
const LIKELY = /\p{L}|…|%/u;

/** Which of the values a text is given it says, by their place. */
function saidBy(text: Text): number[] {
  if (typeof text === "string") return [];
  const values = [971, 982, 993];
  const said = text(...values);
  return values.flatMap((value, place) => (said.includes(String(value)) ? [place] : []));
}

describe("both languages", () => {
  it("have the same texts", () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it.each([...english.keys()])("say the same values in %s", (name) => {
    const [here, there] = [english.get(name), german.get(name)];
    expect(typeof there).toBe(typeof here);
    if (here !== undefined && there !== undefined) expect(saidBy(there)).toEqual(saidBy(here));
  });

  it("leave no text empty", () => {
    for (const [name, text] of [...english, ...german]) {
      for (const n of [0, 1, 2]) expect(typeof text === "string" ? text : text(n, n, n), name).not.toBe("");
    }
    expect([...german.values()].filter((text) => typeof text === "string" && !LIKELY.test(text))).toEqual([]);
  });

  it("quote as their readers do", () => {
    const of = (texts: Map<string, Text>) =>
      [...texts.values()].map((text) => (typeof text === "string" ? text : text("x", "y", "z"))).join("\n");
    expect(of(german)).not.toMatch(/[”"']/);
    expect(of(english)).not.toMatch(/[„"']/);
  });
});

describe("counting", () => {
  const songs = { one: "song", few: "few songs", other: "songs" };

  it.each([
    ["en", 0, "0 songs"],
    ["en", 1, "1 song"],
    ["en", 1200, "1,200 songs"],
    ["de", 1200, "1.200 songs"],
    ["pl", 3, "3 few songs"],
    ["fr", 0, "0 song"],
  ])("in %s, %i reads %s", (locale, n, text) => expect(counting(locale)(n, songs)).toBe(text));
});

describe("the language of a device", () => {
  beforeEach(() => localStorage.clear());
  afterEach(async () => {
    await speak("en");
    localStorage.clear();
  });

  it.each([
    [["de-CH", "en"], "de"],
    [["fr", "de", "en"], "de"],
    [["en-GB", "de"], "en"],
    [["fr"], "en"],
    [[], "en"],
  ])("is for %j %s", (wanted, language) => expect(firstOf(wanted)).toBe(language));

  it("is what was chosen on it, and the page says so", async () => {
    await choose("de");
    await speak("en");
    await begin();
    expect(t.app.close).toBe("Schließen");
    expect(document.documentElement.lang).toBe("de");
  });

  it("is English where something unknown was chosen", async () => {
    localStorage.setItem("tutti.language", "constructor");
    await begin();
    expect(t.app.close).toBe("Close");
  });

  it("writes figures, dates and lists", async () => {
    const now = Date.UTC(2026, 4, 3, 12);
    await speak("de");
    expect(driftText(3.26)).toBe("3,3");
    expect(agoText(now - 3 * 3_600_000, now)).toBe("vor 3 Stunden");
    expect(dateText("2026-05-03T12:00:00Z")).toBe("03.05.2026");
    expect(timeText(now)).toMatch(/^\d\d:00$/);
    expect(artistsText(["Ana", "Ben", "Cem"])).toBe("Ana, Ben und Cem");
  });
});

describe("what exactly was wrong", () => {
  afterEach(() => speak("en"));

  it("is said in the reader's language, with its numbers", async () => {
    const taken = new ApiError("CONFLICT", "this username is taken");
    expect(errorText(taken)).toBe("This username is taken.");
    await speak("de");
    expect(errorText(taken)).toBe("Dieser Benutzername ist vergeben.");
    const full = new ApiError("CONFLICT", "the playlist is full: it holds at most 2,000 items");
    expect(errorText(full)).toBe("Die Playlist ist voll: sie fasst höchstens 2,000 Songs.");
  });

  it("is left at its kind where the language has no words for it", async () => {
    await speak("de");
    expect(errorText(new ApiError("CONFLICT", "something new"))).toBe(de.errors.CONFLICT);
  });

  it("is what the server still says", () => {
    const rust = readdirSync("../src", { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".rs"))
      .map((name) => readFileSync(`../src/${name}`, "utf8").replace(/\\\n\s*/g, ""))
      .join("\n");
    const plain = (text: string) => text.replace(/^password: /, "").replace(/\d+|\{\w+\}/g, "#");
    const said = plain(rust);
    expect(known.filter((sentence) => !said.includes(`"${plain(sentence)}"`))).toEqual([]);
  });
});
