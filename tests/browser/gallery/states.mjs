/** Every state of the client that is looked at, in the order of the gallery, each with the sentence below its picture. */
export const states = {
  front: {
    title: "Coming in",
    states: {
      landing: "The first page: listen now, join by code, or sign in.",
      prejoin: "Invited: the room and who is in it, before going in.",
      "sign-in": "Signing in, and what was wrong.",
      "bad-invite": "An invite that opens nothing, and what to do.",
      "not-found": "A room that is not there.",
      nowhere: "An address that leads nowhere.",
      home: "Signed in: one's rooms, and those open to join.",
      friends: "Friends: who is online, and who asks.",
      settings: "Everything there is to set: oneself, this device, one's rooms, the account.",
      outside: "What there is to set without signing in: this device.",
    },
  },
  listening: {
    title: "Listening",
    states: {
      "tap-to-join": "The browser blocks sound until somebody taps.",
      "host-playing": "Now playing, as the host.",
      "guest-playing": "Now playing, as a guest, who sees why the controls rest.",
      muted: "Muted on this device; the others hear on.",
      remote: "Only controlling: no sound on this device.",
      syncing: "A listener whose song still loads.",
      waiting: "The others, meanwhile, see for whom the music waits.",
      "sync-details": "How exactly this device plays, and how to calibrate it.",
      "track-failed": "A song that cannot be played here, and why.",
    },
  },
  playlist: {
    title: "The playlist",
    states: {
      "empty-host": "Nothing to play yet: the host can add music.",
      "empty-guest": "Nothing to play yet, as a guest.",
      queue: "The playlist: dragged by its handles, or moved by buttons.",
      "song-options": "What can be done with a song, without dragging.",
      undo: "What was removed comes back with one tap.",
      "requests-host": "What guests ask for, and the host decides.",
      "requests-guest": "What became of one's own requests.",
    },
  },
  uploads: {
    title: "Adding music",
    states: {
      "add-music": "Upload, library or link.",
      "upload-progress": "Files on their way.",
      "upload-failed": "The connection broke: try again, or leave it.",
      "unsupported-file": "Files that are no music are refused, each with the reason.",
      "storage-full": "The server's disk is full: what is there plays on.",
    },
  },
  people: {
    title: "People",
    states: {
      members: "Who is here, in which role, and how well they hear.",
      moderation: "Roles, and keeping the peace.",
      chat: "Chat and reactions.",
      "vote-skip": "Voting to skip a song.",
      invite: "The invite: link, code, QR, or the device's own sharing.",
      "room-settings": "What the host may set.",
    },
  },
  connection: {
    title: "When something is in the way",
    states: {
      reconnecting: "The connection is lost; what is loaded plays on.",
      hushed: "The server hangs: the line stands, and nobody answers.",
      restarted: "The server was started again, and the music is where it would be.",
      unreachable: "The server does not answer at all.",
      kicked: "Removed from the room.",
      banned: "Banned from the room.",
      closed: "The host closed the room.",
      "not-allowed": "A room that takes an invite.",
    },
  },
};
