/** What a person reads about the room's keys. */
import type { Act } from "../../room/shortcuts";

export const keys = {
  title: "Keyboard",
  open: "Keyboard shortcuts",
  space: "Space",
  blocked: "Keys that change the music do nothing for you.",
  letters: "Letters work as shortcuts",
  muted: "Muted on this device",
  unmuted: "Sound on",
  acts: {
    play: "Play or pause",
    back: "10 seconds back",
    forward: "10 seconds forward",
    earlier: "5 seconds back",
    later: "5 seconds forward",
    louder: "Louder on this device",
    softer: "Softer on this device",
    mute: "Mute this device",
    next: "Next song",
    help: "This list",
  } satisfies Record<Act, string>,
};
