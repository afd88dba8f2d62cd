// Generated from schemas/ by `npm run types`. Do not edit.

export type UserId = string;
/**
 * What is asked for.
 */
export type RequestAction = "add" | "move" | "remove" | "edit";
export type ItemId = string;
export type Milliseconds = number;
export type MediaId = string;
export type RequestId = string;
export type RoomId = string;
/**
 * What became of a request.
 */
export type RequestStatus = "pending" | "approved" | "denied" | "withdrawn";

/**
 * `{request}`.
 */
export interface RequestAnswer {
  request: RoomRequest;
}
/**
 * A request in REST.
 */
export interface RoomRequest {
  /**
   * When.
   */
  decided_at: string | null;
  /**
   * Who decided.
   */
  decided_by: UserId | null;
  payload: RequestedChange;
  /**
   * Why it was denied.
   */
  reason: string | null;
  request_id: RequestId;
  /**
   * Since when.
   */
  requested_at: string;
  requested_by: UserId;
  room_id: RoomId;
  status: RequestStatus;
}
/**
 * What is asked for, with what it takes. Also the body of `POST rooms/{id}/requests`.
 */
export interface RequestedChange {
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
}
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
