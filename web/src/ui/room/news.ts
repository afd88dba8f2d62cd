/** What the people in a room are told of its facts: toasts for what concerns them, words for screen readers. */
import type { Request, RoomEvent } from "../../protocol/model";
import { artistsText } from "../format";
import { t } from "../messages";
import { announcer, toasts } from "../state/toasts.svelte";
import { itemOf } from "./queue";
import type { RoomView } from "./reducer";
import type { RoomStore } from "./room.svelte";

/** From so many members on, who comes is no news any more. */
const CROWD = 25;

/** @param before the room as it was before the entry that `event` is part of */
export function tell(room: RoomStore, event: RoomEvent, before: RoomView): void {
  switch (event.type) {
    case "item_changed":
    case "playback_started": {
      const track = room.view && itemOf(room.view.state, event.timeline.item_id)?.track;
      if (!track || !event.timeline.playing) return;
      announcer.say(t.player.nowAnnounced(track.title, artistsText(track.artists) || t.player.unknownArtist));
      return;
    }
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
    case "request_submitted":
      tellAsked(room, event.request);
      return;
    case "request_approved":
    case "request_denied":
      tellDecided(room, event, before);
      return;
    default:
      return;
  }
}

/** Whoever decides can do so from the message itself. */
function tellAsked(room: RoomStore, request: Request): void {
  if (!room.decides || request.requested_by === room.userId) return;
  const text = t.requests.came(room.nameOf(request.requested_by), room.requestText(request));
  toasts.say(text, "plain", {
    label: t.requests.approve,
    run: () => void room.run({ type: "approve_request", request_id: request.request_id }),
  });
}

type Decided = Extract<RoomEvent, { type: "request_approved" | "request_denied" }>;

function tellDecided(room: RoomStore, event: Decided, before: RoomView): void {
  const request = before.state.requests.find((each) => each.request_id === event.request_id);
  if (request?.requested_by !== room.userId || event.decided_by === room.userId) return;
  const what = room.requestText(request);
  toasts.say(
    event.type === "request_approved"
      ? t.requests.wasApproved(what)
      : t.requests.wasDenied(what, event.reason ?? null),
  );
}
