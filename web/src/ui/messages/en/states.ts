/** What a person reads about the state they are in: coming in, hearing nothing, waiting, and what was in the way. */

import { counting } from "../plural";

const count = counting("en");

export const states = {
  muted: "Muted on this device.",
  unmute: "Unmute",
  remote: "No sound on this device: it only controls.",
  listenHere: "Listen here",
  measuring: "Getting in step with the room…",
  loading: "Loading the song. It comes in at the right place by itself.",
  tap: "This browser wants a tap on the video itself.",
  advert: "YouTube shows an advert or waits. Afterwards the music goes on where the room is.",
  others: (n: number) => count(n, { one: "other", other: "others" }),
  waitingFor: (who: string) => `Waiting for ${who}…`,
  stillLoading: (n: number, who: string) => `${who} still ${n === 1 ? "loads" : "load"} the song.`,
  restarting: "The server is being restarted…",
  restarted: "The server was restarted. Everything is where it was.",
};
