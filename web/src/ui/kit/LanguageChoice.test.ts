import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import { speak } from "../messages/language.svelte";
import LanguageChoice from "./LanguageChoice.svelte";

afterEach(async () => {
  await speak("en");
  localStorage.clear();
});

it("what is on the page changes its language at once, and stays so on this device", async () => {
  render(LanguageChoice);
  screen.getByRole("group", { name: "Language" });
  await fireEvent.click(screen.getByRole("radio", { name: "Deutsch" }));
  await screen.findByRole("group", { name: "Sprache" });
  expect(document.documentElement.lang).toBe("de");
  expect(localStorage.getItem("tutti.language")).toBe("de");
});
