import { describe, expect, it } from "vitest";
import { agoText, clockText, codeFrom, codeText, driftText } from "./format";

describe("times", () => {
  it.each([
    [0, "0:00"],
    [59_999, "0:59"],
    [187_000, "3:07"],
    [3_725_000, "1:02:05"],
    [-5, "0:00"],
  ])("%i ms reads %s", (ms, text) => expect(clockText(ms)).toBe(text));

  it("past moments read as people say them", () => {
    expect(agoText(0, 20_000)).toBe("now");
    expect(agoText(0, 3 * 3_600_000)).toBe("3 hours ago");
    expect(agoText(0, 30 * 3_600_000)).toBe("yesterday");
  });
});

it("small drifts have a decimal, large ones none", () => {
  expect([0.04, -3.26, 9.96, 412.4].map(driftText)).toEqual(["0.0", "3.3", "10", "412"]);
});

describe("an invite", () => {
  it.each([
    ["k7qmx 4r2ta", "K7QMX4R2TA"],
    [" K7QMX-4R2TA ", "K7QMX4R2TA"],
    ["https://tutti.example/join/7zk9qmx4?from=mail", "7ZK9QMX4"],
    ["https://tutti.example/join/7zk9qmx4/", "7ZK9QMX4"],
  ])("typed as %s is %s", (typed, code) => expect(codeFrom(typed)).toBe(code));

  it("reads in two halves", () => expect(codeText("K7QMX4R2TA")).toBe("K7QMX 4R2TA"));
});
