import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { device } from "../state/device.svelte";
import { toasts } from "../state/toasts.svelte";
import { actOf, Shortcuts } from "./shortcuts";
import { fakeRoom, timeline, view } from "./testkit";

/** What a key pressed on a node means. */
function onPage(markup: string, key: string, more: KeyboardEventInit = {}) {
  document.body.innerHTML = markup;
  const target = document.querySelector("[data-here]") ?? document.body;
  let act: ReturnType<typeof actOf> = null;
  const hear = (event: Event) => {
    act = actOf(event as KeyboardEvent);
  };
  window.addEventListener("keydown", hear, { once: true });
  const code = key === " " ? "Space" : "";
  target.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true, ...more }));
  return act;
}

beforeEach(() => {
  toasts.list = [];
  device.setShortcuts(true);
  device.setVolume(0.5);
});
afterEach(() => {
  document.body.innerHTML = "";
  vi.useRealTimers();
});

describe("a key", () => {
  it("means something on the page itself", () => {
    const keys = [" ", "j", "L", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "m", "n", "?"];
    expect(keys.map((key) => onPage("", key))).toEqual([
      "play",
      "back",
      "forward",
      "earlier",
      "later",
      "louder",
      "softer",
      "mute",
      "next",
      "help",
    ]);
  });

  it("belongs to the field that is typed into", () => {
    for (const field of [
      "<input data-here>",
      "<textarea data-here></textarea>",
      "<p contenteditable data-here>",
    ]) {
      for (const key of [" ", "j", "?", "ArrowLeft"])
        expect(onPage(field, key), `${field} ${key}`).toBeNull();
    }
  });

  it("belongs to what uses it: a button its space, a slider its arrows, a list its scrolling", () => {
    expect(onPage("<button data-here>", " ")).toBeNull();
    expect(onPage("<button data-here>", "j")).toBe("back");
    expect(onPage('<input type="range" data-here>', "ArrowRight")).toBeNull();
    expect(onPage('<input type="range" data-here>', "n")).toBe("next");
    expect(onPage('<div role="tab" data-here></div>', "ArrowRight")).toBeNull();
  });

  it("means nothing in a dialog, or together with another key", () => {
    expect(onPage("<dialog open><p data-here></p></dialog>", "n")).toBeNull();
    expect(onPage("", "n", { ctrlKey: true })).toBeNull();
    expect(onPage("", "m", { metaKey: true })).toBeNull();
  });

  it("that is held down seeks on, and skips once", () => {
    expect(onPage("", "j", { repeat: true })).toBe("back");
    expect(onPage("", "n", { repeat: true })).toBeNull();
    expect(onPage("", " ", { repeat: true })).toBeNull();
  });

  it("that is a letter can be switched off", () => {
    device.setShortcuts(false);
    expect(onPage("", "n")).toBeNull();
    expect(onPage("", "?")).toBeNull();
    expect(onPage("", "ArrowLeft")).toBe("earlier");
  });
});

describe("shortcuts", () => {
  it("play, skip and say where there is no next", () => {
    const { room, commands } = fakeRoom();
    const shortcuts = new Shortcuts(room, () => undefined);
    shortcuts.do("play");
    shortcuts.do("next");
    expect(commands).toEqual([{ type: "play" }, { type: "skip_next" }]);
    const last = fakeRoom(view({ timeline: timeline({ item_id: "item_3" }) }));
    new Shortcuts(last.room, () => undefined).do("next");
    expect(last.commands).toEqual([]);
    expect(toasts.list[0]?.text).toBe("This is the last song.");
  });

  it("gather presses into one seek, within the song", () => {
    vi.useFakeTimers();
    const { room, commands } = fakeRoom(view({ timeline: timeline({ position_ms: 30_000 }) }));
    const shortcuts = new Shortcuts(room, () => undefined);
    for (const act of ["forward", "forward", "later", "back"] as const) shortcuts.do(act);
    vi.advanceTimersByTime(300);
    expect(commands).toEqual([{ type: "seek", position_ms: 45_000 }]);
    for (let presses = 0; presses < 9; presses++) shortcuts.do("back");
    vi.advanceTimersByTime(300);
    expect(commands.at(-1)).toEqual({ type: "seek", position_ms: 0 });
  });

  it("tell a guest why they do nothing, and still turn the guest's own volume", () => {
    const { room, commands } = fakeRoom(view(), "user_2");
    const shortcuts = new Shortcuts(room, () => undefined);
    for (const act of ["play", "back", "later", "next"] as const) {
      toasts.list = [];
      shortcuts.do(act);
      expect(toasts.list[0]?.text, act).toBe("Member 1 controls the music here.");
    }
    expect(commands).toEqual([]);
    shortcuts.do("louder");
    expect(device.volume).toBeCloseTo(0.55);
    shortcuts.do("mute");
    expect(device.muted).toBe(true);
    shortcuts.do("softer");
    expect(device.volume).toBe(0);
  });
});
