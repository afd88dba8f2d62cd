/** What a person reads about sound: the player, its beginning, how together it is, and the connection. */
import type { FailureReason } from "../../../player/errors";
import type { Repeat } from "../../../protocol/model";

export const player = {
  play: "Play",
  pause: "Pause",
  next: "Next",
  noNext: "This is the last song.",
  previous: "Previous",
  seek: "Position",
  position: (at: string, of: string) => `${at} of ${of}`,
  repeat: {
    off: "Repeat: off",
    all: "Repeat: the playlist",
    one: "Repeat: this song",
  } satisfies Record<Repeat, string>,
  shuffleOn: "Shuffle: on",
  shuffleOff: "Shuffle: off",
  roomVolume: "Room volume",
  roomVolumeHint: "for everyone",
  myVolume: "My volume",
  myVolumeHint: "this device",
  mute: "Mute this device",
  unmute: "Unmute this device",
  percent: (n: number) => `${n} %`,
  empty: "Nothing to play yet",
  emptyHint: "Add a song, and everybody hears it at the same moment.",
  emptyGuest: "The host has not added any music yet.",
  live: "No fixed length",
  unknownArtist: "Unknown artist",
  failed: "This song cannot be played here",
  failedReason: {
    unreachable:
      "It could not be reached. Check the connection, or whether its site allows listening from here.",
    not_found: "The file is no longer there.",
    forbidden: "You are not allowed to hear this file.",
    server: "The server could not deliver it just now.",
    undecodable: "This browser cannot play its format.",
    too_long: "It is too long to be held in memory.",
    blocked: "The browser waits for a tap before it plays sound.",
    no_audio: "This browser offers no audio output.",
    aborted: "Loading was stopped.",
  } satisfies Record<FailureReason, string>,
  youtube: "Videos cannot be played here yet.",
  loading: "Loading the song…",
  nowAnnounced: (title: string, artist: string) => `Now playing: ${title}, ${artist}`,
  pausedAnnounced: "Paused",
};

export const audio = {
  title: "Ready to listen?",
  hint: "Browsers wait for a tap before they play sound.",
  join: "Tap to join audio",
  remote: "Only control, no sound here",
  remoteOn: "No sound on this device",
  remoteOff: "Listen on this device",
};

export const sync = {
  exact: "In sync",
  close: "Close",
  drifting: "Catching up",
  off: "Out of sync",
  loading: "Loading",
  measuring: "Measuring",
  ready: "Ready",
  remote: "Remote",
  silent: "No sound yet",
  failed: "Cannot play",
  away: "Away",
  quiet: "Connected",
  ms: (n: string) => `${n} ms`,
  own: "Your sync",
  tier: {
    sample: "Sample-exact playback",
    media: "Playback within tens of milliseconds",
  },
  rtt: "Round trip",
  drift: "Offset from the room",
  clock: "Clock difference",
  accuracy: "Accuracy",
};

export const connection = {
  lost: "Reconnecting…",
  lostHint: "What is loaded keeps playing.",
  lostLong: "The server cannot be reached. Trying again…",
  hushed: "The server does not answer. Trying again…",
  now: "Try now",
  back: "Connected again",
  lostAnnounced: "Connection lost. Reconnecting.",
};
