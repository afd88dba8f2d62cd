/** In German: the player, its beginning, how together it is, and the connection. */
import type { Messages } from "../en";

export const player: Messages["player"] = {
  play: "Abspielen",
  pause: "Pause",
  next: "Weiter",
  noNext: "Das ist der letzte Song.",
  previous: "Zurück",
  seek: "Position",
  position: (at, of) => `${at} von ${of}`,
  repeat: {
    off: "Wiederholen: aus",
    all: "Wiederholen: die Playlist",
    one: "Wiederholen: dieser Song",
  },
  shuffleOn: "Zufallswiedergabe: an",
  shuffleOff: "Zufallswiedergabe: aus",
  roomVolume: "Lautstärke im Raum",
  roomVolumeHint: "für alle",
  myVolume: "Meine Lautstärke",
  myVolumeHint: "dieses Gerät",
  mute: "Dieses Gerät stumm schalten",
  unmute: "Dieses Gerät wieder hören",
  percent: (n) => `${n} %`,
  empty: "Noch nichts zu spielen",
  emptyHint: "Füg einen Song hinzu, und alle hören ihn im selben Moment.",
  emptyGuest: "Der Host hat noch keine Musik hinzugefügt.",
  live: "Ohne feste Länge",
  unknownArtist: "Unbekannt",
  failed: "Dieser Song lässt sich hier nicht abspielen",
  failedReason: {
    unreachable:
      "Er war nicht zu erreichen. Prüf die Verbindung, oder ob seine Website das Hören von hier erlaubt.",
    not_found: "Die Datei ist nicht mehr da.",
    forbidden: "Du darfst diese Datei nicht hören.",
    server: "Der Server konnte sie gerade nicht liefern.",
    undecodable: "Dieser Browser kann sein Format nicht abspielen.",
    too_long: "Er ist zu lang, um im Speicher Platz zu finden.",
    blocked: "Der Browser wartet auf ein Tippen, bevor er Ton abspielt.",
    no_audio: "Dieser Browser bietet keine Tonausgabe.",
    aborted: "Das Laden wurde abgebrochen.",
  },
  youtube: "Videos lassen sich hier noch nicht abspielen.",
  loading: "Der Song wird geladen …",
  nowAnnounced: (title, artist) => `Jetzt läuft: ${title}, ${artist}`,
  pausedAnnounced: "Pausiert",
};

export const audio: Messages["audio"] = {
  title: "Bereit zum Hören?",
  hint: "Browser warten auf ein Tippen, bevor sie Ton abspielen.",
  join: "Tippen und mithören",
  remote: "Nur steuern, hier kein Ton",
  remoteOn: "Kein Ton auf diesem Gerät",
  remoteOff: "Auf diesem Gerät hören",
};

export const sync: Messages["sync"] = {
  exact: "Im Takt",
  close: "Nah dran",
  drifting: "Holt auf",
  off: "Daneben",
  loading: "Lädt",
  measuring: "Gleicht ab",
  ready: "Bereit",
  remote: "Fernbedienung",
  silent: "Noch kein Ton",
  failed: "Spielt nicht",
  away: "Weg",
  quiet: "Verbunden",
  ms: (n) => `${n} ms`,
  own: "Dein Gleichklang",
  tier: {
    sample: "Wiedergabe genau auf den Abtastwert",
    media: "Wiedergabe auf einige zehn Millisekunden genau",
  },
  rtt: "Hin- und Rückweg",
  drift: "Abstand zum Raum",
  clock: "Unterschied der Uhren",
  accuracy: "Genauigkeit",
};

export const connection: Messages["connection"] = {
  lost: "Verbindet neu …",
  lostHint: "Was geladen ist, spielt weiter.",
  lostLong: "Der Server ist nicht zu erreichen. Wird weiter versucht …",
  hushed: "Der Server antwortet nicht. Wird weiter versucht …",
  now: "Jetzt versuchen",
  back: "Wieder verbunden",
  lostAnnounced: "Verbindung verloren. Sie wird neu aufgebaut.",
};
