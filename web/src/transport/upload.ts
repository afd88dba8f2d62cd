/**
 * Sends one audio file to the library, telling how far it is. `fetch` cannot tell, so this is an XMLHttpRequest.
 */
import type { Media } from "../protocol/rest";
import type { Auth } from "./auth";
import { parse } from "./calls";
import { ApiError, errorOf } from "./errors";

export interface Upload {
  readonly done: Promise<Media>;
  cancel(): void;
}

/** `progress` is told shares from 0 to 1; at 1 the server may still be reading the tags. */
export function upload(auth: Auth, file: File, progress: (share: number) => void): Upload {
  const cancelled = new AbortController();
  const attempt = async (): Promise<Media> => {
    const token = await auth.token();
    try {
      return await post(file, token, progress, cancelled.signal);
    } catch (cause) {
      if (!(cause instanceof ApiError) || cause.code !== "AUTH_REQUIRED") throw cause;
      return post(file, await auth.renew(token), progress, cancelled.signal);
    }
  };
  return { done: attempt(), cancel: () => cancelled.abort() };
}

function post(
  file: File,
  token: string,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<Media> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new ApiError("CANCELLED"));
      return;
    }
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/media");
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) progress(event.loaded / event.total);
    };
    request.onload = () => {
      const body = parse(request.responseText);
      if (request.status === 201 || request.status === 200) resolve(body as Media);
      else reject(errorOf(request.status, body));
    };
    request.onerror = () => reject(new ApiError("UNREACHABLE"));
    request.onabort = () => reject(new ApiError("CANCELLED"));
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}
