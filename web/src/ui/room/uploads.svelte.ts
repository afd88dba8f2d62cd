/**
 * Files on their way into the playlist: sent one or two at a time, then added, each telling how far it is.
 *
 * Lives as long as the room page, so that closing a dialog stops nothing.
 */
import type { Track } from "../../protocol/model";
import type { Media } from "../../protocol/rest";
import { ApiError } from "../../transport/errors";
import { type Upload, upload } from "../../transport/upload";
import { errorText, t } from "../messages";
import { auth } from "../state/services";
import { announcer } from "../state/toasts.svelte";
import type { RoomStore } from "./room.svelte";

export type Step = "waiting" | "sending" | "reading" | "done" | "failed";

const AT_ONCE = 2;
const DONE_SHOWN_MS = 2_500;
/** Trying the same file again would end the same way. */
const USELESS: ReadonlySet<string> = new Set(["INVALID_REQUEST", "PAYLOAD_TOO_LARGE"]);
const AUDIO_NAME = /\.(mp3|m4a|aac|mp4|flac|ogg|oga|opus|wav|weba|webm)$/i;

export class FileUpload {
  readonly file: File;
  step: Step = $state("waiting");
  share = $state(0);
  failure: string | null = $state(null);
  /** The same file may be taken another time. */
  retryable = $state(true);
  /** Not added, but asked for. */
  asked = false;
  running: Upload | null = null;
  /** Added, failed or put away: the ones after it need not wait. */
  readonly settled: Promise<void>;
  settle: () => void = () => undefined;

  constructor(file: File) {
    this.file = file;
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
  }
}

export class Uploads {
  list: readonly FileUpload[] = $state.raw([]);
  readonly #room: RoomStore;

  constructor(room: RoomStore) {
    this.#room = room;
  }

  add(files: Iterable<File>): void {
    const fresh = Array.from(files, (file) => new FileUpload(file));
    for (const each of fresh) {
      if (looksLikeAudio(each.file)) continue;
      each.step = "failed";
      each.failure = t.add.notAudio;
      each.retryable = false;
      each.settle();
    }
    this.list = [...this.list, ...fresh];
    this.#pump();
  }

  retry(each: FileUpload): void {
    each.failure = null;
    each.share = 0;
    each.step = "waiting";
    this.#pump();
  }

  /** Stops it, or puts a failed one away. */
  drop(each: FileUpload): void {
    each.running?.cancel();
    each.settle();
    this.list = this.list.filter((other) => other !== each);
    this.#pump();
  }

  dispose(): void {
    for (const each of this.list) each.running?.cancel();
    this.list = [];
  }

  #pump(): void {
    const busy = this.list.filter((each) => each.step === "sending" || each.step === "reading").length;
    const waiting = this.list.filter((each) => each.step === "waiting");
    for (const each of waiting.slice(0, Math.max(0, AT_ONCE - busy))) void this.#send(each);
  }

  async #send(each: FileUpload): Promise<void> {
    each.step = "sending";
    try {
      each.running = upload(auth, each.file, (share) => {
        each.share = share;
        if (share >= 1) each.step = "reading";
      });
      const media = await each.running.done;
      // In the order in which they were chosen, whichever was sent fastest.
      const before = this.list.slice(0, this.list.indexOf(each));
      await Promise.all(before.map((other) => other.settled));
      if (!this.list.includes(each)) return;
      each.asked = (await this.#room.give({ type: "add", track: trackOf(media) })) === "asked";
      each.step = "done";
      announcer.say(each.asked ? t.requests.asked(t.requests.add(media.title)) : t.add.added(media.title));
      setTimeout(() => this.drop(each), DONE_SHOWN_MS);
    } catch (cause) {
      if (ApiError.from(cause).code === "CANCELLED") return;
      each.step = "failed";
      each.failure = errorText(cause);
      each.retryable = !USELESS.has(ApiError.from(cause).code);
    } finally {
      each.running = null;
      each.settle();
      this.#pump();
    }
  }
}

export function trackOf(media: Media): Track {
  return {
    title: media.title,
    artists: media.artists,
    ...(media.album ? { album: media.album } : {}),
    ...(media.duration_ms ? { duration_ms: media.duration_ms } : {}),
    ...(media.artwork_url ? { artwork_url: media.artwork_url } : {}),
    media_id: media.media_id,
  };
}

/** Only to spare the obvious mistakes a long upload: the server looks into the file itself. */
function looksLikeAudio(file: File): boolean {
  return file.type.startsWith("audio/") || file.type.startsWith("video/") || AUDIO_NAME.test(file.name);
}
