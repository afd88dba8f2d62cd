/**
 * What each entry of a room's past says to a reader: who, what, why, and of which kind it is. Pure.
 *
 * Knows names and titles as far as they are told to it; what it never saw reads as somebody and a song.
 */
import type { Entry, Item, Request, RoomEvent } from "../../protocol/model";
import { clockText } from "../format";
import { t } from "../messages";
import { requestText, SeenTitles } from "../room/changes";

export const KINDS = ["music", "playlist", "requests", "people", "chat", "room"] as const;
export type Kind = (typeof KINDS)[number];

/** One thing that happened. */
export interface Line {
  readonly seq: number;
  readonly atMs: number;
  /** Who did it; null where Tutti did by itself. */
  readonly who: string | null;
  readonly kind: Kind;
  readonly text: string;
  /** Why, where somebody said so. */
  readonly why: string | null;
}

/** What was seen of people, songs and requests along the way. */
export class Known {
  readonly #titles = new SeenTitles();
  readonly #names = new Map<string, string>();
  readonly #requests = new Map<string, Request>();

  see(items: readonly Pick<Item, "item_id" | "track">[], people: readonly Person[]): void {
    this.#titles.see(items as readonly Item[]);
    for (const { user_id, name } of people) this.#names.set(user_id, name);
  }

  learn(event: RoomEvent): void {
    if (event.type === "item_added") this.#titles.see([event.item]);
    if (event.type === "member_joined") this.#names.set(event.user_id, event.name);
    if (event.type === "request_submitted") this.#requests.set(event.request.request_id, event.request);
    if (event.type === "message_said") this.#names.set(event.message.user_id, event.message.name);
  }

  title(itemId: string): string {
    return this.#titles.of(itemId);
  }

  name(userId: string): string {
    return this.#names.get(userId) ?? t.app.unknown;
  }

  request(requestId: string): string {
    const request = this.#requests.get(requestId);
    return request === undefined ? t.requests.aSong : requestText(request, (id) => this.#titles.of(id));
  }
}

interface Person {
  readonly user_id: string;
  readonly name: string;
}

type Said = Pick<Line, "kind" | "text"> & { readonly why?: string | null };

/** The lines of some entries, in their order; what needs no word has none. */
export function tell(entries: readonly Entry[], known: Known): Line[] {
  for (const event of entries.flatMap((entry) => entry.events)) known.learn(event);
  return entries.flatMap((entry) => lineOf(entry, known) ?? []);
}

function lineOf(entry: Entry, known: Known): Line | null {
  const { events, cause } = entry;
  // Tutti only brings forward what somebody has started: nothing new to read.
  if (cause.command === "hasten") return null;
  const said = main(events, cause.user_id ?? null, known);
  if (said === null) return null;
  // Whose page said so first that a song was over is nobody's doing.
  const own = cause.user_id == null || cause.command === "track_ended";
  const who = own ? null : known.name(cause.user_id ?? "");
  return { seq: entry.seq, atMs: entry.at_ms, who, kind: said.kind, text: said.text, why: said.why ?? null };
}

/** What stands for the whole entry: the fact that the others only follow from. */
const LEADS: readonly RoomEvent["type"][] = [
  "room_created",
  "room_closed",
  "request_approved",
  "member_kicked",
  "member_banned",
  "undone",
  "playlist_cleared",
  "member_left",
  "item_removed",
  "item_added",
];

function main(events: readonly RoomEvent[], by: string | null, known: Known): Said | null {
  const added = events.filter((event) => event.type === "item_added");
  const undone = events.some((event) => event.type === "undone");
  if (added.length > 1 && !undone) return { kind: "playlist", text: t.history.did.addedMany(added.length) };
  const leading = LEADS.map((type) => events.find((event) => event.type === type)).find(Boolean);
  const event = leading ?? events[0];
  return event === undefined ? null : say(event, by, known);
}

function say(event: RoomEvent, by: string | null, known: Known): Said | null {
  return music(event, known) ?? playlist(event, known) ?? people(event, by, known) ?? around(event, known);
}

const CHANGES = {
  skipped_next: "skippedNext",
  skipped_prev: "skippedPrev",
  selected: "selected",
  ended: "ended",
  removed: "removed",
  first_added: "firstAdded",
  voted_off: "votedOff",
} as const;

function music(event: RoomEvent, known: Known): Said | null {
  const { did } = t.history;
  const of = (text: string): Said => ({ kind: "music", text });
  const title = "timeline" in event ? known.title(event.timeline.item_id) : "";
  switch (event.type) {
    case "playback_started":
      return of(did.started(title));
    case "playback_paused":
      return of(did.paused(title));
    case "playback_seeked":
      return of(did.sought(title, clockText(event.timeline.position_ms)));
    case "item_changed":
      return of(did[CHANGES[event.why]](title));
    case "playback_finished":
      return of(did.finished);
    case "playback_emptied":
      return of(did.emptied);
    case "skip_voted":
      return of(did.voted(event.votes, event.needed));
    case "volume_set":
      return of(did.volume(Math.round(event.volume * 100)));
    case "repeat_set":
      return of(did.repeat[event.repeat]);
    case "shuffle_set":
      return of(event.order == null ? did.unshuffled : did.shuffled);
    default:
      return null;
  }
}

function playlist(event: RoomEvent, known: Known): Said | null {
  const { did } = t.history;
  const of = (text: string): Said => ({ kind: "playlist", text });
  switch (event.type) {
    case "item_added":
      return of(did.added(event.item.track.title));
    case "item_moved":
      return of(did.moved(known.title(event.item_id)));
    case "item_removed":
      return of(did.takenOut(known.title(event.item_id)));
    case "item_edited":
      return of(did.edited(event.track.title));
    case "playlist_reordered":
      return of(did.reordered);
    case "playlist_cleared":
      return of(did.cleared);
    case "undone":
      return of(did.undone);
    default:
      return null;
  }
}

function people(event: RoomEvent, by: string | null, known: Known): Said | null {
  const { did } = t.history;
  const of = (text: string): Said => ({ kind: "people", text });
  const name = "user_id" in event ? known.name(event.user_id) : "";
  switch (event.type) {
    case "member_joined":
      return of(did.joined);
    case "member_left":
      return of(event.user_id === by ? did.left : did.leftOther(name));
    case "host_changed":
      return of(hostText(event, known));
    case "role_changed":
      return of(event.role === "co_host" ? did.coHost(name) : did.guest(name));
    case "member_kicked":
      return of(did.kicked(name));
    case "member_banned":
      return of(did.banned(name));
    case "member_unbanned":
      return of(did.unbanned(name));
    case "member_muted":
      return of(did.muted(name));
    case "member_unmuted":
      return of(did.unmuted(name));
    default:
      return null;
  }
}

function hostText(event: Extract<RoomEvent, { type: "host_changed" }>, known: Known): string {
  const { did } = t.history;
  const name = known.name(event.to);
  switch (event.why) {
    case "claimed":
      return did.hostClaimed;
    case "left":
      return did.hostLeft(name);
    case "lost":
      return did.hostLost(name);
    default:
      return did.hostTo(name);
  }
}

/** Requests, chat, and the room itself. */
function around(event: RoomEvent, known: Known): Said | null {
  const { did } = t.history;
  const request = (text: string, why: string | null = null): Said => ({ kind: "requests", text, why });
  const room = (text: string): Said => ({ kind: "room", text });
  const chat = (text: string): Said => ({ kind: "chat", text });
  switch (event.type) {
    case "request_submitted":
      return request(did.asked(known.request(event.request.request_id)));
    case "request_approved":
      return request(did.approved(known.request(event.request_id)));
    case "request_denied":
      return request(did.denied(known.request(event.request_id)), event.reason ?? null);
    case "request_withdrawn":
      return request(did.withdrew(known.request(event.request_id)));
    case "message_said":
      return chat(event.message.text == null ? did.saidDeleted : did.said(event.message.text));
    case "message_deleted":
      return chat(did.deleted);
    case "room_created":
      return room(did.created(event.name));
    case "room_closed":
      return room(did.closed);
    case "renamed":
      return room(did.renamed(event.name));
    case "visibility_set":
      return room(did.visibility(t.visibility[event.visibility]));
    case "control_set":
      return room(did.control(t.control[event.control]));
    case "invite_renewed":
      return room(did.invite);
    case "vote_skip_set":
      return room(did.voting);
    default:
      return room(did.other);
  }
}
