/** How loud an uploaded file is from beginning to end, measured by the server once. */
import type { Peaks } from "../protocol/rest";
import { Calls } from "./calls";
import { ApiError } from "./errors";

export class WaveformCalls extends Calls {
  /**
   * 800 equal steps of the file's length, each from 0 (silence) to 255. Null where the server has none: of Opus, of what is
   * very long, of what is gone. The first time it takes a second or so.
   */
  async peaksOf(mediaId: string, signal?: AbortSignal): Promise<readonly number[] | null> {
    const path = `/media/${encodeURIComponent(mediaId)}/peaks`;
    try {
      return (await this.call<Peaks>("GET", path, signal === undefined ? {} : { signal })).peaks;
    } catch (cause) {
      if (cause instanceof ApiError && cause.code === "NOT_FOUND") return null;
      throw cause;
    }
  }
}
