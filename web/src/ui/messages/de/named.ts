/**
 * In German: what exactly was wrong, where the server says so. It says it in English, sentence by sentence; a test looks
 * whether it still says these. Numbers in them stand here as `#`.
 */

const SENTENCES: Readonly<Record<string, string>> = {
  "there is nothing to undo": "Es gibt nichts rückgängig zu machen.",
  "there is no such item in the playlist": "Diesen Song gibt es in der Playlist nicht mehr.",
  "the playlist is full: it holds at most # items": "Die Playlist ist voll: sie fasst höchstens # Songs.",
  "only the host may do this to anybody, and a co-host to guests":
    "Das kann nur der Host bei allen, und ein Co-Host bei Gästen.",
  "you cannot do this to yourself": "Mit dir selbst geht das nicht.",
  "you are banned from this room": "Du bist für diesen Raum gesperrt.",
  "you are muted in this room": "Du bist in diesem Raum stumm.",
  "this room's list is full: let somebody off it first":
    "Die Liste dieses Raums ist voll: nimm erst jemanden herunter.",
  "only friends of the host may join this room": "Nur Freunde des Hosts können diesem Raum beitreten.",
  "this room can be joined only with a valid invite code or link":
    "In diesen Raum geht es nur mit einem gültigen Code oder Link.",
  "the room is full": "Der Raum ist voll.",
  "you are not a member of this room: join it first": "Du bist nicht in diesem Raum: tritt ihm erst bei.",
  "only the host may do this": "Das darf nur der Host.",
  "that person is not a member of this room": "Diese Person ist nicht in diesem Raum.",
  "the host is connected: ask them to hand the room over":
    "Der Host ist verbunden: bitte darum, dass er den Raum übergibt.",
  "voting to skip is off in this room": "In diesem Raum wird nicht übers Überspringen abgestimmt.",
  "the playlist is empty: add something to play first": "Die Playlist ist leer: füg erst etwas hinzu.",
  "the position lies past the end: go to at most # ms": "Diese Stelle liegt hinter dem Ende.",
  "there is no next item in the playlist": "In der Playlist kommt nichts mehr.",
  "the track is not over yet": "Der Song ist noch nicht zu Ende.",
  "there is no such room": "Diesen Raum gibt es nicht.",
  "only the host and co-hosts may control this room": "Nur der Host und die Co-Hosts steuern diesen Raum.",
  "a message has 1 to # characters": "Eine Nachricht hat höchstens # Zeichen.",
  "only the host, co-hosts and whoever wrote a message can delete it":
    "Löschen kann eine Nachricht nur der Host, ein Co-Host oder wer sie geschrieben hat.",
  "a room's name has 1 to # characters, none of them control characters or direction marks":
    "Der Name eines Raums hat 1 bis # Zeichen, und keine Steuerzeichen.",
  "there is no such request": "Diesen Wunsch gibt es nicht.",
  "this request was decided already": "Über diesen Wunsch ist schon entschieden.",
  "only the host and co-hosts decide on requests": "Über Wünsche entscheiden nur der Host und die Co-Hosts.",
  "only whoever asked can take a request back": "Einen Wunsch kann nur zurücknehmen, wer ihn hatte.",
  "too many requests wait in this room: wait for the host":
    "In diesem Raum warten zu viele Wünsche: warte auf den Host.",
  "# of your requests wait already: wait for the host, or take one back":
    "Schon # Wünsche von dir warten: warte auf den Host, oder nimm einen zurück.",
  "the item this request is about is gone from the playlist: deny the request instead":
    "Den Song, um den es geht, gibt es in der Playlist nicht mehr: lehne den Wunsch ab.",
  "a reason has at most # characters": "Ein Grund hat höchstens # Zeichen.",
  "a username has 3 to 20 characters, each one of A–Z a–z 0–9 _":
    "Ein Benutzername hat 3 bis 20 Zeichen: A–Z, a–z, 0–9 und _.",
  "a name has 1 to 60 characters, none of them control characters or direction marks":
    "Ein Name hat 1 bis 60 Zeichen, und keine Steuerzeichen.",
  "password: at least 8 characters are needed": "Ein Passwort braucht mindestens 8 Zeichen.",
  "password: at most 256 bytes are taken": "Dieses Passwort ist zu lang.",
  "password: this one is tried first by everybody who guesses: choose another":
    "Dieses Passwort probieren alle zuerst, die raten: nimm ein anderes.",
  "an admin cannot erase themselves: somebody has to run the server":
    "Ein Admin kann sich nicht selbst löschen: Jemand muss den Server betreiben.",
  "the current password is wrong": "Das jetzige Passwort stimmt nicht.",
  "that is not an e-mail address": "Das ist keine E-Mail-Adresse.",
  "this username is taken": "Dieser Benutzername ist vergeben.",
  "this e-mail address is in use": "Diese E-Mail-Adresse wird schon verwendet.",
  "you cannot be a friend of your own": "Mit dir selbst kannst du nicht befreundet sein.",
  "you are friends already": "Ihr seid schon befreundet.",
  "you have asked them already: wait for their answer": "Du hast schon angefragt: warte auf die Antwort.",
  "there is no such friend request": "Diese Anfrage gibt es nicht.",
  "this friend request is answered already": "Diese Anfrage ist schon beantwortet.",
  "that person is not a friend of yours": "Ihr seid nicht befreundet.",
  "only friends can be invited": "Einladen kannst du nur Freunde.",
  "there is no such invite": "Diese Einladung gibt es nicht.",
  "that would be too many friends": "Das wären zu viele Freunde.",
  "too many of your friend requests wait for an answer": "Zu viele deiner Anfragen warten auf Antwort.",
  "there is no such playlist": "Diese Playlist gibt es nicht.",
  "a playlist's name has 1 to # characters": "Der Name einer Playlist hat 1 bis # Zeichen.",
  "an empty playlist is not saved": "Eine leere Playlist wird nicht gespeichert.",
  "you have too many saved playlists: delete one first":
    "Du hast zu viele gespeicherte Playlists: lösch erst eine.",
  "a saved playlist holds at most # tracks": "Eine gespeicherte Playlist fasst höchstens # Songs.",
  "this file is damaged: its sound cannot be read":
    "Diese Datei ist beschädigt: ihr Ton lässt sich nicht lesen.",
  "this is too much at once: its first # tracks would fit":
    "Das ist zu viel auf einmal: die ersten # Songs würden passen.",
  "this account is disabled: ask those who run the server":
    "Dieses Konto ist gesperrt: frag jene, die den Server betreuen.",
  "empty rooms are kept for a minute at least, and a year at most":
    "Leere Räume bleiben mindestens eine Minute und höchstens ein Jahr.",
  "sessions are told where the music is four times a second at most, and every ten minutes at least":
    "Sitzungen erfahren höchstens viermal in der Sekunde und mindestens alle zehn Minuten, wo die Musik ist.",
  "api: with fewer calls than one a second nobody could set it back":
    "Mit weniger als einem Aufruf in der Sekunde könnte das niemand mehr zurücknehmen.",
  "only the person who uploaded a file may delete it":
    "Löschen kann eine Datei nur, wer sie hochgeladen hat.",
};

const NUMBER = /\d[\d,]*/g;

/** The sentence in German, where it is known. */
export function named(sentence: string): string | undefined {
  const exact = SENTENCES[sentence];
  if (exact !== undefined) return exact;
  const numbers = sentence.match(NUMBER) ?? [];
  let next = 0;
  return SENTENCES[sentence.replace(NUMBER, "#")]?.replace(/#/g, () => numbers[next++] ?? "");
}

/** For the test. */
export const known = Object.keys(SENTENCES);
