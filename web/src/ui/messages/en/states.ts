/** What a person reads about the state they are in: coming in, hearing nothing, waiting, and what was in the way. */

const names = (all: readonly string[], more: number) => {
  const list = more > 0 ? [...all, more === 1 ? "1 more" : `${more} more`] : all;
  const last = list.at(-1) ?? "";
  return list.length < 2 ? last : `${list.slice(0, -1).join(", ")} and ${last}`;
};

export const states = {
  muted: "Muted on this device.",
  unmute: "Unmute",
  remote: "No sound on this device: it only controls.",
  listenHere: "Listen here",
  measuring: "Getting in step with the room…",
  loading: "Loading the song. It comes in at the right place by itself.",
  waitingFor: (who: readonly string[], more: number) => `Waiting for ${names(who, more)}…`,
  stillLoading: (who: readonly string[], more: number) =>
    `${names(who, more)} still ${who.length + more === 1 ? "loads" : "load"} the song.`,
  restarting: "The server is being restarted…",
  restarted: "The server was restarted. Everything is where it was.",
};
