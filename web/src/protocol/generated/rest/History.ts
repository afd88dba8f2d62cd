// Generated from schemas/ by `npm run types`. Do not edit.

export type CommandId = string;
export type UserId = string;
/**
 * A fact about a room. Every change of what plays carries the whole new timeline.
 */
export type RoomEvent =
  | {
      /**
       * Who controls.
       */
      control: "host" | "everyone";
      /**
       * By whom.
       */
      host_id: string;
      /**
       * What it is called.
       */
      name: string;
      type: "room_created";
      /**
       * Who may come in.
       */
      visibility: "public" | "friends" | "invite";
    }
  | {
      type: "room_closed";
    }
  | {
      timeline: Timeline;
      type: "playback_started";
    }
  | {
      timeline: Timeline1;
      type: "playback_paused";
    }
  | {
      timeline: Timeline2;
      type: "playback_seeked";
    }
  | {
      timeline: Timeline3;
      type: "item_changed";
      /**
       * Why.
       */
      why: "skipped_next" | "skipped_prev" | "selected" | "ended" | "removed" | "first_added";
    }
  | {
      timeline: Timeline4;
      type: "playback_finished";
    }
  | {
      type: "playback_emptied";
    }
  | {
      /**
       * Where.
       */
      index: number;
      item: Item;
      /**
       * Where in the shuffled order, while shuffling.
       */
      shuffled_index?: number | null;
      type: "item_added";
    }
  | {
      /**
       * Where.
       */
      index: number;
      /**
       * Which.
       */
      item_id: string;
      type: "item_moved";
    }
  | {
      /**
       * Which.
       */
      item_id: string;
      type: "item_removed";
    }
  | {
      /**
       * Which.
       */
      item_id: string;
      track: Track1;
      type: "item_edited";
    }
  | {
      type: "playlist_cleared";
    }
  | {
      /**
       * How.
       */
      repeat: "off" | "one" | "all";
      type: "repeat_set";
    }
  | {
      /**
       * Every item once.
       */
      order: ItemId[] | null;
      type: "shuffle_set";
    }
  | {
      /**
       * Since when.
       */
      joined_at_ms: number;
      /**
       * Display name.
       */
      name: string;
      /**
       * As what.
       */
      role: "host" | "co_host" | "guest";
      type: "member_joined";
      /**
       * Who.
       */
      user_id: string;
      /**
       * Unique name.
       */
      username: string | null;
    }
  | {
      type: "member_left";
      /**
       * Who.
       */
      user_id: string;
    }
  | {
      /**
       * Who was.
       */
      from: UserId | null;
      /**
       * Who is.
       */
      to: string;
      type: "host_changed";
      /**
       * Why.
       */
      why: "transferred" | "claimed" | "left" | "lost";
    }
  | {
      /**
       * As what.
       */
      role: "host" | "co_host" | "guest";
      type: "role_changed";
      /**
       * Who.
       */
      user_id: string;
    }
  | {
      /**
       * How.
       */
      name: string;
      type: "renamed";
    }
  | {
      type: "visibility_set";
      /**
       * Who.
       */
      visibility: "public" | "friends" | "invite";
    }
  | {
      /**
       * Who.
       */
      control: "host" | "everyone";
      type: "control_set";
    }
  | {
      type: "volume_set";
      /**
       * 0 to 1.
       */
      volume: number;
    }
  | {
      /**
       * The new code.
       */
      invite_code: string;
      /**
       * The new link's path.
       */
      invite_path: string;
      type: "invite_renewed";
    };
export type Milliseconds = number;
export type MediaId = string;
export type ItemId = string;

/**
 * `GET rooms/{id}/history`.
 */
export interface History {
  /**
   * In order.
   */
  entries: Entry[];
}
/**
 * One accepted command of a room and its facts.
 */
export interface Entry {
  /**
   * When it was decided.
   */
  at_ms: number;
  cause: Cause;
  /**
   * What it led to.
   */
  events: RoomEvent[];
  /**
   * Its number in the room: 1, 2, 3 … without gaps.
   */
  seq: number;
}
/**
 * Why.
 */
export interface Cause {
  /**
   * The command's name.
   */
  command: string;
  /**
   * The client's id for it.
   */
  command_id: CommandId | null;
  /**
   * Who gave it; nobody where Tutti did by itself.
   */
  user_id: UserId | null;
}
/**
 * What holds from then on.
 */
export interface Timeline {
  /**
   * The anchor, in server time; in the future for a scheduled start.
   */
  at_ms: number;
  /**
   * What plays.
   */
  item_id: string;
  /**
   * Whether it plays or stands.
   */
  playing: boolean;
  /**
   * The position at `at_ms`.
   */
  position_ms: number;
  /**
   * How fast it runs; 1 is as recorded.
   */
  rate: number;
  /**
   * When the sound starts, where playing: the same as `at_ms`.
   */
  starts_at_ms: number | null;
}
/**
 * What holds from then on.
 */
export interface Timeline1 {
  /**
   * The anchor, in server time; in the future for a scheduled start.
   */
  at_ms: number;
  /**
   * What plays.
   */
  item_id: string;
  /**
   * Whether it plays or stands.
   */
  playing: boolean;
  /**
   * The position at `at_ms`.
   */
  position_ms: number;
  /**
   * How fast it runs; 1 is as recorded.
   */
  rate: number;
  /**
   * When the sound starts, where playing: the same as `at_ms`.
   */
  starts_at_ms: number | null;
}
/**
 * What holds from then on.
 */
export interface Timeline2 {
  /**
   * The anchor, in server time; in the future for a scheduled start.
   */
  at_ms: number;
  /**
   * What plays.
   */
  item_id: string;
  /**
   * Whether it plays or stands.
   */
  playing: boolean;
  /**
   * The position at `at_ms`.
   */
  position_ms: number;
  /**
   * How fast it runs; 1 is as recorded.
   */
  rate: number;
  /**
   * When the sound starts, where playing: the same as `at_ms`.
   */
  starts_at_ms: number | null;
}
/**
 * What holds from then on.
 */
export interface Timeline3 {
  /**
   * The anchor, in server time; in the future for a scheduled start.
   */
  at_ms: number;
  /**
   * What plays.
   */
  item_id: string;
  /**
   * Whether it plays or stands.
   */
  playing: boolean;
  /**
   * The position at `at_ms`.
   */
  position_ms: number;
  /**
   * How fast it runs; 1 is as recorded.
   */
  rate: number;
  /**
   * When the sound starts, where playing: the same as `at_ms`.
   */
  starts_at_ms: number | null;
}
/**
 * What holds from then on.
 */
export interface Timeline4 {
  /**
   * The anchor, in server time; in the future for a scheduled start.
   */
  at_ms: number;
  /**
   * What plays.
   */
  item_id: string;
  /**
   * Whether it plays or stands.
   */
  playing: boolean;
  /**
   * The position at `at_ms`.
   */
  position_ms: number;
  /**
   * How fast it runs; 1 is as recorded.
   */
  rate: number;
  /**
   * When the sound starts, where playing: the same as `at_ms`.
   */
  starts_at_ms: number | null;
}
/**
 * What.
 */
export interface Item {
  /**
   * When.
   */
  added_at_ms: number;
  /**
   * Who put it there.
   */
  added_by: UserId | null;
  /**
   * Its name.
   */
  item_id: string;
  track: Track;
}
/**
 * What plays here.
 */
export interface Track {
  /**
   * The album it is from.
   */
  album?: string | null;
  /**
   * Its artists, most important first.
   */
  artists: string[];
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
  artists: string[];
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
