/** What facts about talk, votes and the peace make of a room's state. Pure; called by `reducer.ts` only. */
import type { RoomEvent, RoomState } from "../../protocol/model";

export type PeaceEvent = Extract<
  RoomEvent,
  {
    type:
      | "member_kicked"
      | "member_banned"
      | "member_unbanned"
      | "member_muted"
      | "member_unmuted"
      | "vote_skip_set"
      | "skip_voted"
      | "message_said"
      | "message_deleted"
      | "undone";
  }
>;

/** How many messages the page remembers, as the server's snapshot does; older ones are asked for. */
export const REMEMBERED_MESSAGES = 100;
/** How many changes can be undone at most. */
const MOST_STEPS = 10;

export function peace(state: RoomState, event: PeaceEvent): Partial<RoomState> {
  switch (event.type) {
    case "member_kicked":
      return {};
    case "member_banned":
      return { banned: withOne(state.banned, event.user_id) };
    case "member_unbanned":
      return { banned: without(state.banned, event.user_id) };
    case "member_muted":
      return { muted: withOne(state.muted, event.user_id) };
    case "member_unmuted":
      return { muted: without(state.muted, event.user_id) };
    case "vote_skip_set":
      return { vote_skip: event.vote_skip };
    case "skip_voted":
      return { skip_votes: withOne(state.skip_votes, event.user_id) };
    case "message_said":
      return { chat: [...state.chat, event.message].slice(-REMEMBERED_MESSAGES) };
    case "message_deleted":
      return {
        chat: state.chat.map((each) =>
          each.message_id === event.message_id ? { ...each, text: null } : each,
        ),
      };
    case "undone":
      return { undo_steps: event.left };
  }
}

/** What else a fact means: votes go with their song and with who cast them, and what is destroyed can be undone. */
export function aftermath(before: RoomState, event: RoomEvent): Partial<RoomState> | null {
  switch (event.type) {
    case "item_changed":
    case "playback_finished":
    case "playback_emptied":
      return before.skip_votes.length === 0 ? null : { skip_votes: [] };
    case "member_left":
      return before.skip_votes.includes(event.user_id)
        ? { skip_votes: without(before.skip_votes, event.user_id) }
        : null;
    case "playlist_cleared":
      return before.playlist.length === 0 ? null : stepped(before);
    case "item_removed":
    case "item_moved":
    case "item_edited":
    case "playlist_reordered":
      return stepped(before);
    default:
      return null;
  }
}

function stepped(state: RoomState): Partial<RoomState> {
  return { undo_steps: Math.min(MOST_STEPS, state.undo_steps + 1) };
}

function withOne(list: readonly string[], one: string): string[] {
  return list.includes(one) ? [...list] : [...list, one];
}

function without(list: readonly string[], one: string): string[] {
  return list.filter((each) => each !== one);
}
