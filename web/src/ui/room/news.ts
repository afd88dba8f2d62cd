/** What the people in a room are told of its facts: toasts for what concerns them, words for screen readers. */
import type { Cause, Request, RoomEvent, Timeline } from "../../protocol/model";
import { artistsText } from "../format";
import { t } from "../messages";
import { announcer, toasts } from "../state/toasts.svelte";
import { itemOf } from "./queue";
import type { RoomView } from "./reducer";
import type { RoomStore } from "./room.svelte";

/** What the offer to undo is called: it goes once something else changed. */
export const UNDO = "undo";
/** From so many members on, who comes is no news any more. */
const CROWD = 25;

/**
 * @param before the room as it was before the entry that `event` is part of
 * @param cause what that entry came from
 */
export function tell(room: RoomStore, event: RoomEvent, before: RoomView, cause: Cause): void {
  switch (event.type) {
    case "item_removed":
    case "item_moved":
    case "item_edited":
    case "playlist_reordered":
    case "playlist_cleared":
      // The undo on offer would undo this one.
      if (cause.user_id !== room.userId) toasts.drop(UNDO);
      return;
    case "item_changed":
      if (event.why === "voted_off") toasts.say(t.votes.skipped);
      tellPlaying(room, event);
      return;
    case "playback_started":
      tellPlaying(room, event);
      return;
    case "playback_paused":
      announcer.say(t.player.pausedAnnounced);
      return;
    case "member_joined":
      if (event.user_id !== room.userId && before.state.member_count < CROWD) {
        toasts.say(t.members.joinedRoom(event.name));
      }
      return;
    case "host_changed":
      toasts.say(event.to === room.userId ? t.members.youAreHost : t.members.newHost(room.nameOf(event.to)));
      return;
    case "role_changed": {
      const was = before.members.find((member) => member.user_id === event.user_id)?.role;
      if (event.user_id !== room.userId || was === event.role) return;
      toasts.say(event.role === "co_host" ? t.members.nowCoHost : t.members.nowGuest);
      return;
    }
    case "member_kicked":
    case "member_banned":
      tellRemoved(room, event, before);
      return;
    case "member_muted":
    case "member_unmuted":
      if (event.user_id !== room.userId) return;
      toasts.say(event.type === "member_muted" ? t.peace.youMuted : t.peace.youUnmuted);
      return;
    case "skip_voted":
      if (event.user_id !== room.userId) announcer.say(t.votes.tell(event.votes, event.needed));
      return;
    case "message_said":
      if (event.message.user_id !== room.userId) room.talk.said();
      return;
    case "request_submitted":
      tellAsked(room, event.request);
      return;
    case "request_withdrawn":
      toasts.drop(event.request_id);
      return;
    case "request_approved":
    case "request_denied":
      tellDecided(room, event, before);
      return;
    default:
      return;
  }
}

function tellPlaying(room: RoomStore, { timeline }: { timeline: Timeline }): void {
  const track = room.view && itemOf(room.view.state, timeline.item_id)?.track;
  if (!track || !timeline.playing) return;
  announcer.say(t.player.nowAnnounced(track.title, artistsText(track.artists) || t.player.unknownArtist));
}

type Removed = Extract<RoomEvent, { type: "member_kicked" | "member_banned" }>;

function tellRemoved(room: RoomStore, { type, user_id }: Removed, before: RoomView): void {
  const member = before.members.find((each) => each.user_id === user_id);
  if (member === undefined || user_id === room.userId) return;
  toasts.say((type === "member_kicked" ? t.peace.wasKicked : t.peace.wasBanned)(member.name));
}

/** Whoever decides can do so from the message itself. */
function tellAsked(room: RoomStore, request: Request): void {
  if (!room.decides || request.requested_by === room.userId) return;
  const text = t.requests.came(room.nameOf(request.requested_by), room.requestText(request));
  const { request_id } = request;
  const run = () => void room.run({ type: "approve_request", request_id });
  toasts.say(text, "plain", { label: t.requests.approve, run }, request_id);
}

type Decided = Extract<RoomEvent, { type: "request_approved" | "request_denied" }>;

function tellDecided(room: RoomStore, event: Decided, before: RoomView): void {
  toasts.drop(event.request_id);
  const request = before.state.requests.find((each) => each.request_id === event.request_id);
  if (request?.requested_by !== room.userId || event.decided_by === room.userId) return;
  const what = room.requestText(request);
  toasts.say(
    event.type === "request_approved"
      ? t.requests.wasApproved(what)
      : t.requests.wasDenied(what, event.reason ?? null),
  );
}
