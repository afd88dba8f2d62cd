/** In German: for those who run the server. */
import type { Messages } from "../en";
import { counting } from "../plural";

const count = counting("de");

export const admin: Messages["admin"] = {
  title: "Dieser Server",
  open: "Diesen Server betreuen",
  openHint: "Einstellungen, Leute, Räume, Speicher und Zustand.",
  foreign: "Diese Seite ist für jene, die den Server betreuen.",
  parts: { health: "Zustand", rooms: "Räume", people: "Leute", settings: "Einstellungen" },
  part: "Teil",
  journal: "Journal",
  states: {
    writable: "Nimmt Änderungen an",
    storage_full: "Platte fast voll: nimmt keine Änderungen an",
    read_only: "Nur lesbar: nimmt keine Änderungen an",
  },
  verify: "Das Journal jetzt prüfen",
  verified: (entries) =>
    `Alles in Ordnung: ${count(entries, { one: "Eintrag", other: "Einträge" })} gelesen.`,
  damaged: (n) => count(n, { one: "Stelle ist beschädigt", other: "Stellen sind beschädigt" }),
  uploads: "Hochgeladenes",
  files: (n, size) => `${count(n, { one: "Datei", other: "Dateien" })}, ${size}`,
  free: "Frei auf der Platte",
  folder: "Im Musikordner",
  known: "Bekannte Leute",
  openRooms: "Offene Räume",
  connections: "Verbindungen",
  version: "Version",
  search: "Suchen",
  none: "Niemand und nichts heißt so.",
  host: (name) => `Host: ${name}`,
  heard: (here, all) => `${here} von ${count(all, { one: "Mitglied", other: "Mitgliedern" })} da`,
  drift: (middle, worst) => `${middle} ms daneben, höchstens ${worst} ms`,
  buffering: (n) => count(n, { one: "wartet auf Daten", other: "warten auf Daten" }),
  close: "Schließen",
  closeWhich: (name) => `Schließen: ${name}`,
  closeAsk: (name) => `„${name}“ endgültig schließen?`,
  closed: "Der Raum ist geschlossen.",
  isAdmin: "Betreut den Server",
  person: (devices, rooms, size) =>
    `${count(devices, { one: "Gerät", other: "Geräte" })} · ${count(rooms, { one: "Raum", other: "Räume" })} · ${size}`,
  signOut: "Überall abmelden",
  signOutWho: (name) => `Überall abmelden: ${name}`,
  signedOut: (n) => `${count(n, { one: "Gerät ist", other: "Geräte sind" })} abgemeldet.`,
  erase: "Löschen",
  eraseWho: (name) => `Löschen: ${name}`,
  eraseAsk: (name) => `${name} endgültig löschen?`,
  eraseHint:
    "Konto, Geräte, Freundschaften und Hochgeladenes verschwinden. Das lässt sich nicht zurücknehmen.",
  erased: "Die Person ist gelöscht.",
  registration: "Alle dürfen ein Konto anlegen",
  guests: "Alle dürfen ohne Passwort hereinkommen",
  quickRooms: "Schnelle Räume ohne Konten",
  maxUpload: "Größte Datei, in MiB",
  userQuota: "Hochgeladenes je Person, in MiB",
  totalQuota: "Alles Hochgeladene zusammen, in MiB",
  emptyAfter: "Räume schließen, die alle verlassen haben, nach Minuten",
};
