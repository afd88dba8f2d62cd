// Generated from schemas/ by `npm run types`. Do not edit.

/**
 * A message from a client.
 */
export type ClientMessage =
  | {
      /**
       * What the client calls itself.
       */
      client?: string | null;
      /**
       * An access token.
       */
      token: string;
      type: "hello";
    }
  | {
      /**
       * The last entry the client has.
       */
      after_seq?: number | null;
      /**
       * The epoch of the numbers the client knows.
       */
      epoch?: string | null;
      room_id: RoomId;
      type: "watch";
    }
  | {
      room_id: RoomId;
      type: "unwatch";
    }
  | {
      command: Command;
      command_id: CommandId;
      room_id: RoomId;
      type: "command";
    }
  | {
      /**
       * The client's clock when it sent this, in milliseconds; comes back as it was.
       */
      t0: number;
      type: "time";
    }
  | {
      /**
       * What it is ready to play besides: no start of it need wait for this listener.
       */
      ahead_item_id?: ItemId | null;
      /**
       * It waits for data.
       */
      buffering?: boolean;
      /**
       * Expected minus actual playback position.
       */
      drift_ms?: number;
      /**
       * What it plays or has loaded.
       */
      item_id?: ItemId | null;
      /**
       * It is ready to play `item_id`.
       */
      loaded?: boolean;
      /**
       * Server minus client clock.
       */
      offset_ms?: number;
      room_id: RoomId;
      /**
       * Round trip.
       */
      rtt_ms?: number;
      type: "report";
    }
  | {
      /**
       * One emoji.
       */
      emoji: string;
      room_id: RoomId;
      type: "react";
    };
export type RoomId = string;
/**
 * A request to a room.
 */
export type Command =
  | {
      type: "play";
    }
  | {
      type: "pause";
    }
  | {
      position_ms: Milliseconds;
      type: "seek";
    }
  | {
      type: "skip_next";
    }
  | {
      type: "skip_prev";
    }
  | {
      item_id: ItemId;
      /**
       * From where.
       */
      position_ms?: Milliseconds | null;
      type: "select";
    }
  | {
      item_id: ItemId;
      type: "track_ended";
    }
  | {
      /**
       * Before which index; at the end where absent.
       */
      position?: number | null;
      track: Track;
      type: "add";
    }
  | {
      item_id: ItemId;
      /**
       * Its index afterwards.
       */
      position: number;
      type: "move";
    }
  | {
      item_id: ItemId;
      type: "remove";
    }
  | {
      item_id: ItemId;
      track: Track;
      type: "edit";
    }
  | {
      type: "clear";
    }
  | {
      repeat: Repeat;
      type: "set_repeat";
    }
  | {
      /**
       * Whether to draw.
       */
      shuffle: boolean;
      type: "set_shuffle";
    }
  | {
      type: "set_volume";
      /**
       * 0 to 1.
       */
      volume: number;
    }
  | {
      control: Control;
      type: "set_control";
    }
  | {
      type: "set_visibility";
      visibility: Visibility;
    }
  | {
      /**
       * How.
       */
      name: string;
      type: "rename";
    }
  | {
      type: "renew_invite";
    }
  | {
      type: "transfer_host";
      user_id: UserId;
    }
  | {
      type: "claim_host";
    }
  | {
      type: "promote";
      user_id: UserId;
    }
  | {
      type: "demote";
      user_id: UserId;
    }
  | {
      action: RequestAction;
      /**
       * Which item.
       */
      item_id?: ItemId | null;
      /**
       * Its index afterwards.
       */
      position?: number | null;
      /**
       * To add, or how to describe it anew.
       */
      track?: Track | null;
      type: "submit_request";
    }
  | {
      request_id: RequestId;
      type: "approve_request";
    }
  | {
      /**
       * Why; shown to everybody in the room.
       */
      reason?: string | null;
      request_id: RequestId;
      type: "deny_request";
    }
  | {
      request_id: RequestId;
      type: "withdraw_request";
    }
  | {
      /**
       * Every item once, as they are to be listed.
       */
      item_ids: ItemId[];
      type: "reorder";
    }
  | {
      type: "undo";
    }
  | {
      type: "kick";
      user_id: UserId;
    }
  | {
      type: "ban";
      user_id: UserId;
    }
  | {
      type: "unban";
      user_id: UserId;
    }
  | {
      type: "mute";
      user_id: UserId;
    }
  | {
      type: "unmute";
      user_id: UserId;
    }
  | {
      /**
       * Which item you mean; the current one where absent.
       */
      item_id?: ItemId | null;
      type: "vote_skip";
    }
  | {
      /**
       * Whether they may.
       */
      enabled: boolean;
      /**
       * How many of those connected it takes, in percent: 1 to 100.
       */
      percent: number;
      type: "set_vote_skip";
    }
  | {
      /**
       * What: 1 to 500 characters.
       */
      text: string;
      type: "say";
    }
  | {
      message_id: MessageId;
      type: "delete_message";
    };
export type Milliseconds = number;
export type ItemId = string;
export type MediaId = string;
/**
 * What happens at the end of a track.
 */
export type Repeat = "off" | "one" | "all";
/**
 * Who controls the music and the playlist.
 */
export type Control = "host" | "everyone";
/**
 * Who may come in.
 */
export type Visibility = "public" | "friends" | "invite";
export type UserId = string;
/**
 * What is asked for.
 */
export type RequestAction = "add" | "move" | "remove" | "edit";
export type RequestId = string;
export type MessageId = string;
export type CommandId = string;

/**
 * A piece of music. Exactly one of `media_id`, `url` and `youtube_video_id` is given.
 */
export interface Track {
  /**
   * The album it is from.
   */
  album?: string | null;
  /**
   * Its artists, most important first.
   */
  artists?: string[];
  /**
   * A picture.
   */
  artwork_url?: string | null;
  /**
   * Its length, where known.
   */
  duration_ms?: Milliseconds | null;
  /**
   * An uploaded file, at `/media/{media_id}`.
   */
  media_id?: MediaId | null;
  /**
   * Its title.
   */
  title: string;
  /**
   * An address each listener opens by itself.
   */
  url?: string | null;
  /**
   * A YouTube video.
   */
  youtube_video_id?: string | null;
}
