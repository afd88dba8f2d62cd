import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import { speak } from "../messages/language.svelte";
import { chosenTheme } from "../state/theme";
import DeviceChoice from "./DeviceChoice.svelte";

afterEach(async () => {
  await speak("en");
  localStorage.clear();
});

it("whoever is not signed in chooses the language and the light of this device all the same", async () => {
  render(DeviceChoice);
  await fireEvent.change(screen.getByLabelText("Appearance"), { target: { value: "dark" } });
  expect(chosenTheme()).toBe("dark");
  await fireEvent.change(screen.getByLabelText("Language"), { target: { value: "de" } });
  await screen.findByLabelText("Sprache");
  expect(localStorage.getItem("tutti.language")).toBe("de");
});
