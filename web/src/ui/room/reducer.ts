/**
 * A room as this page knows it, and what each fact makes of it. Pure: a view and an entry in, the next view out.
 *
 * The server decided already; this file repeats its arithmetic and checks nothing. Knows no clock and no socket.
 */
import type { Entry, Item, Member, Request, Role, RoomEvent, RoomState, UserId } from "../../protocol/model";
import type { ServerMessage } from "../../protocol/native";
import { aftermath, peace } from "./peace";

export interface RoomView {
  readonly state: RoomState;
  /** The last entry contained. */
  readonly seq: number;
  /** The longest-present first; in a large room not everybody. */
  readonly members: readonly Member[];
  readonly connected: number;
  readonly closed: boolean;
}

/** How many decided requests the page remembers, as the server's snapshot does. */
const REMEMBERED = 50;

type Of<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

export function fromSnapshot(snapshot: Pick<Of<"snapshot">, "state" | "members" | "seq">): RoomView {
  const members = [...snapshot.members].sort(bySeniority);
  return {
    state: snapshot.state,
    seq: snapshot.seq,
    members,
    connected: countConnected(members),
    closed: false,
  };
}

export function applyEntry(view: RoomView, entry: Pick<Entry, "seq" | "events">): RoomView {
  return { ...entry.events.reduce(applyEvent, view), seq: entry.seq };
}

/** Members whose connection or sync changed, and how many are connected in all. */
export function applyPresence(
  view: RoomView,
  presence: Pick<Of<"presence">, "members" | "connected">,
): RoomView {
  const changed = new Map(presence.members.map((member) => [member.user_id, member]));
  const known = view.members.map((member) => changed.get(member.user_id) ?? member);
  const ids = new Set(view.members.map((member) => member.user_id));
  const others = presence.members.filter((member) => !ids.has(member.user_id));
  return {
    ...view,
    members: [...known, ...others].sort(bySeniority),
    connected: presence.connected,
  };
}

export function applyEvent(view: RoomView, event: RoomEvent): RoomView {
  const after = aftermath(view.state, event);
  const next = folded(view, event);
  return after === null ? next : with_(next, after);
}

function folded(view: RoomView, event: RoomEvent): RoomView {
  const { state } = view;
  switch (event.type) {
    case "room_created":
      return with_(view, {
        name: event.name,
        host_id: event.host_id,
        visibility: event.visibility,
        control: event.control,
      });
    case "room_closed":
      return { ...view, closed: true };
    case "playback_started":
    case "playback_paused":
    case "playback_seeked":
    case "playback_finished":
    case "item_changed":
      return with_(view, { timeline: event.timeline });
    case "playback_emptied":
      return with_(view, { timeline: null });
    case "item_added":
      return with_(view, {
        playlist: inserted(state.playlist, event.index, event.item),
        shuffle_order: state.shuffle_order
          ? inserted(
              state.shuffle_order,
              event.shuffled_index ?? state.shuffle_order.length,
              event.item.item_id,
            )
          : null,
      });
    case "item_moved":
      return with_(view, { playlist: moved(state.playlist, event.item_id, event.index) });
    case "item_removed":
      return with_(view, {
        playlist: state.playlist.filter((item) => item.item_id !== event.item_id),
        shuffle_order: state.shuffle_order?.filter((id) => id !== event.item_id) ?? null,
      });
    case "item_edited":
      return with_(view, {
        playlist: state.playlist.map((item) =>
          item.item_id === event.item_id ? { ...item, track: event.track } : item,
        ),
      });
    case "playlist_reordered":
      return with_(view, { playlist: reordered(state.playlist, event.order) });
    case "playlist_cleared":
      return with_(view, { playlist: [], shuffle_order: state.shuffle_order ? [] : null });
    case "repeat_set":
      return with_(view, { repeat: event.repeat });
    case "shuffle_set":
      return with_(view, { shuffle_order: event.order ?? null });
    case "member_joined":
      return joined(view, event);
    case "member_left":
      return left(view, event.user_id);
    case "host_changed":
      return {
        ...with_(view, { host_id: event.to }),
        members: withRoles(view.members, { [event.from ?? ""]: "guest", [event.to]: "host" }),
      };
    case "role_changed":
      return { ...view, members: withRoles(view.members, { [event.user_id]: event.role }) };
    case "renamed":
      return with_(view, { name: event.name });
    case "visibility_set":
      return with_(view, { visibility: event.visibility });
    case "control_set":
      return with_(view, { control: event.control });
    case "volume_set":
      return with_(view, { volume: event.volume });
    case "invite_renewed":
      return with_(view, { invite_code: event.invite_code, invite_path: event.invite_path });
    case "request_submitted":
      return with_(view, { requests: [...state.requests, event.request] });
    case "request_approved":
      return decided(view, event.request_id, {
        status: "approved",
        decided_by: event.decided_by,
        decided_at_ms: event.decided_at_ms,
      });
    case "request_denied":
      return decided(view, event.request_id, {
        status: "denied",
        decided_by: event.decided_by,
        decided_at_ms: event.decided_at_ms,
        ...(event.reason ? { reason: event.reason } : {}),
      });
    case "request_withdrawn":
      return decided(view, event.request_id, { status: "withdrawn", decided_at_ms: event.decided_at_ms });
    case "member_kicked":
    case "member_banned":
    case "member_unbanned":
    case "member_muted":
    case "member_unmuted":
    case "vote_skip_set":
    case "skip_voted":
    case "message_said":
    case "message_deleted":
    case "undone":
      return with_(view, peace(state, event));
    default:
      return unknown(view, event);
  }
}

/** A fact of a newer server changes nothing here; a fact of this one that is forgotten above does not compile. */
function unknown(view: RoomView, _event: never): RoomView {
  return view;
}

function with_(view: RoomView, change: Partial<RoomState>): RoomView {
  return { ...view, state: { ...view.state, ...change } };
}

/** Those that wait stay where they are; what was decided stands among the others as of its decision. */
function decided(view: RoomView, requestId: string, change: Partial<Request>): RoomView {
  const { requests } = view.state;
  const found = requests.find((request) => request.request_id === requestId);
  if (found === undefined) return view;
  const before = requests.filter((request) => request.status !== "pending");
  const waiting = requests.filter((request) => request.status === "pending" && request !== found);
  const kept = [...before, { ...found, ...change }].slice(-REMEMBERED);
  return with_(view, { requests: [...kept, ...waiting] });
}

function inserted<T>(list: readonly T[], index: number, value: T): T[] {
  return [...list.slice(0, index), value, ...list.slice(index)];
}

function reordered(playlist: readonly Item[], order: readonly string[]): Item[] {
  const places = new Map(order.map((id, place) => [id, place]));
  const placeOf = (item: Item) => places.get(item.item_id) ?? order.length;
  return [...playlist].sort((a, b) => placeOf(a) - placeOf(b));
}

function moved(playlist: readonly Item[], itemId: string, index: number): Item[] {
  const item = playlist.find((candidate) => candidate.item_id === itemId);
  if (item === undefined) return [...playlist];
  return inserted(
    playlist.filter((other) => other !== item),
    index,
    item,
  );
}

function joined(view: RoomView, event: Extract<RoomEvent, { type: "member_joined" }>): RoomView {
  const before = view.members.find((member) => member.user_id === event.user_id);
  const member: Member = {
    user_id: event.user_id,
    username: event.username ?? null,
    name: event.name,
    role: event.role,
    connected: before?.connected ?? false,
    joined_at_ms: event.joined_at_ms,
    last_seen_ms: before?.last_seen_ms ?? null,
  };
  const others = view.members.filter((other) => other.user_id !== event.user_id);
  const change = {
    member_count: view.state.member_count + 1,
    ...(event.role === "host" ? { host_id: event.user_id } : {}),
  };
  return { ...with_(view, change), members: [...others, member].sort(bySeniority) };
}

function left(view: RoomView, userId: UserId): RoomView {
  const { state } = view;
  const gone = view.members.find((member) => member.user_id === userId);
  const change = {
    member_count: Math.max(0, state.member_count - 1),
    ...(state.host_id === userId ? { host_id: null } : {}),
  };
  return {
    ...with_(view, change),
    members: view.members.filter((member) => member !== gone),
    connected: view.connected - (gone?.connected ? 1 : 0),
  };
}

function withRoles(members: readonly Member[], roles: Readonly<Record<UserId, Role>>): Member[] {
  return members.map((member) => {
    const role = roles[member.user_id];
    return role === undefined ? member : { ...member, role };
  });
}

function bySeniority(a: Member, b: Member): number {
  return a.joined_at_ms - b.joined_at_ms || (a.user_id < b.user_id ? -1 : 1);
}

function countConnected(members: readonly Member[]): number {
  return members.filter((member) => member.connected).length;
}
