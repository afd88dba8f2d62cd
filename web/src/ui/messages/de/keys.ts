/** In German: the room's keys. */
import type { Messages } from "../en";

export const keys: Messages["keys"] = {
  title: "Tastatur",
  open: "Tastenkürzel",
  space: "Leertaste",
  blocked: "Tasten, die die Musik ändern, bewirken bei dir nichts.",
  letters: "Buchstaben wirken als Kürzel",
  muted: "Auf diesem Gerät stumm",
  unmuted: "Ton an",
  acts: {
    play: "Abspielen oder anhalten",
    back: "10 Sekunden zurück",
    forward: "10 Sekunden vor",
    earlier: "5 Sekunden zurück",
    later: "5 Sekunden vor",
    louder: "Lauter auf diesem Gerät",
    softer: "Leiser auf diesem Gerät",
    mute: "Dieses Gerät stumm schalten",
    next: "Nächster Song",
    help: "Diese Liste",
  },
};
