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
      /**
       * Which room.
       */
      room_id: string;
      type: "watch";
    }
  | {
      /**
       * Which room.
       */
      room_id: string;
      type: "unwatch";
    }
  | {
      /**
       * What.
       */
      command:
        | {
            type: "play";
          }
        | {
            type: "pause";
          }
        | {
            /**
             * Where.
             */
            position_ms: number;
            type: "seek";
          }
        | {
            type: "skip_next";
          }
        | {
            type: "skip_prev";
          }
        | {
            /**
             * Which.
             */
            item_id: string;
            /**
             * From where.
             */
            position_ms?: Milliseconds | null;
            type: "select";
          }
        | {
            /**
             * Which.
             */
            item_id: string;
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
            /**
             * Which.
             */
            item_id: string;
            /**
             * Its index afterwards.
             */
            position: number;
            type: "move";
          }
        | {
            /**
             * Which.
             */
            item_id: string;
            type: "remove";
          }
        | {
            /**
             * Which.
             */
            item_id: string;
            track: Track1;
            type: "edit";
          }
        | {
            type: "clear";
          }
        | {
            /**
             * How.
             */
            repeat: "off" | "one" | "all";
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
            /**
             * Who.
             */
            control: "host" | "everyone";
            type: "set_control";
          }
        | {
            type: "set_visibility";
            /**
             * Who.
             */
            visibility: "public" | "friends" | "invite";
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
            /**
             * To whom.
             */
            user_id: string;
          }
        | {
            type: "claim_host";
          }
        | {
            type: "promote";
            /**
             * Whom.
             */
            user_id: string;
          }
        | {
            type: "demote";
            /**
             * Whom.
             */
            user_id: string;
          };
      /**
       * Repeated, it applies once.
       */
      command_id: string;
      /**
       * Which room.
       */
      room_id: string;
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
      /**
       * Which room.
       */
      room_id: string;
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
      /**
       * Which room.
       */
      room_id: string;
      type: "react";
    };
export type Milliseconds = number;
export type MediaId = string;
export type ItemId = string;

/**
 * What.
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
/**
 * How.
 */
export interface Track1 {
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
