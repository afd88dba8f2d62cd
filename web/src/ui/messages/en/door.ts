/** What a person reads at the door of a room, before they go in. */

export const door = {
  invited: "You are invited to listen along, at the same moment.",
  invitedBy: (host: string) => `${host} hosts. You hear what everybody hears, at the same moment.`,
  here: (n: number) =>
    n === 0 ? "Nobody is here right now." : n === 1 ? "1 person is here." : `${n} people are here.`,
  plays: (song: string) => `“${song}” is playing.`,
  stands: (song: string) => `“${song}” is up next.`,
  how: "On this device",
  way: { sound: "Listen here", muted: "Listen muted", remote: "Only control" },
  wayHint: {
    sound: "It plays the music.",
    muted: "In step, and silent until you unmute it.",
    remote: "No sound: for a device beside the loudspeakers.",
  },
};
