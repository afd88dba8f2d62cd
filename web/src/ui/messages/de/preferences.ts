/** In German: one's settings. */
import type { Messages } from "../en";

export const preferences: Messages["preferences"] = {
  title: "Einstellungen",
  of: (name) => `Einstellungen: ${name}`,
  parts: {
    profile: "Profil",
    look: "Sprache und Aussehen",
    sound: "Ton auf diesem Gerät",
    notifications: "Mitteilungen",
    keyboard: "Tastatur",
    rooms: "Räume, deren Host du bist",
    privacy: "Wer was sieht",
    signIn: "Passwort",
    devices: "Angemeldete Geräte",
    account: "Konto",
  },
  outside: "Das gilt für dieses Gerät. Melde dich an, um Profil, Räume und Konto einzurichten.",
  kept: "Gilt auf diesem Gerät, für alle, die es benutzen.",
  volumeHint: "Wie laut Tutti hier spielt. Für die anderen ändert sich nichts.",
  tuned: "Für Kopfhörer und Lautsprecher, die spät klingen.",
  noRooms: "Du bist in keinem Raum Host. Wer einen Raum startet, ist sein Host.",
  roomOf: (name) => `Einstellungen von ${name}`,
  sees: {
    name: "Deinen Namen",
    nameWho: "Alle in einem Raum mit dir, und wer danach sucht.",
    online: "Ob du online bist, und wo du hörst",
    onlineWho: "Deine Freunde. Sie lesen nur von Räumen, in die sie hineindürfen.",
    did: "Was du in einem Raum tust und schreibst",
    didWho: "Seine Mitglieder, und wer es wird, in seinem Verlauf.",
    email: "Deine E-Mail-Adresse",
    emailWho: "Nur du.",
  },
  signOutHint: "Nur auf diesem Gerät; andere bleiben angemeldet.",
  erase: "Konto löschen",
  eraseHint:
    "Name, Geräte, Freundschaften, gespeicherte Playlists und Hochgeladenes verschwinden, und du verlässt jeden Raum.",
  eraseSure: "Das lässt sich nicht zurücknehmen, und niemand kann dir das Konto wiedergeben.",
  eraseForGood: "Endgültig löschen",
  erased: "Dein Konto ist gelöscht.",
  adminStays:
    "Ein Admin kann sich nicht selbst löschen: Jemand muss den Server betreiben. Ein anderer Admin kann es.",
};
