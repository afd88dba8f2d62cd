import { readFileSync } from "node:fs";
import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import ThemeChoice from "./ThemeChoice.svelte";

const script = readFileSync("public/theme.js", "utf8");
const root = document.documentElement;
const colors = () => [...document.head.querySelectorAll("meta")].map((meta) => meta.getAttribute("content"));
const pick = (name: string) => fireEvent.click(screen.getByRole("radio", { name }));

beforeAll(() => new Function(script)());

beforeEach(() => {
  document.head.innerHTML = `<meta name="theme-color" content="#f4f4fb" media="(prefers-color-scheme: light)">
    <meta name="theme-color" content="#0f0e22" media="(prefers-color-scheme: dark)">`;
});

afterEach(() => {
  localStorage.clear();
  delete root.dataset.theme;
});

it("the page is as the system has it until somebody chooses, and again when they choose that", async () => {
  render(ThemeChoice);
  screen.getByRole("group", { name: "Appearance" });
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "Like the system" }).checked).toBe(true);
  await pick("Dark");
  expect([root.dataset.theme, localStorage.getItem("tutti.theme")]).toEqual(["dark", "dark"]);
  expect(colors()).toEqual(["#0f0e22", "#0f0e22"]);
  await pick("Light");
  expect(root.dataset.theme).toBe("light");
  expect(colors()).toEqual(["#f4f4fb", "#f4f4fb"]);
  await pick("Like the system");
  expect([root.dataset.theme, localStorage.getItem("tutti.theme")]).toEqual([undefined, null]);
  expect(colors()).toEqual(["#f4f4fb", "#0f0e22"]);
});

it("what was chosen is there when the device comes back", () => {
  localStorage.setItem("tutti.theme", "dark");
  render(ThemeChoice);
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "Dark" }).checked).toBe(true);
});
