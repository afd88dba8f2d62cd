/** A server that takes a call and says nothing is as good as none, and is said to be so instead of waited for. */

/** How long a call or a command may wait for its answer. */
export const PATIENCE_MS = 15_000;

/** Does some work that can be given up: when `signal` says so, or when it has taken too long. */
export async function withPatience<T>(
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const giveUp = new AbortController();
  const cancel = () => giveUp.abort(signal?.reason);
  const timer = setTimeout(
    () => giveUp.abort(new DOMException("no answer came", "TimeoutError")),
    PATIENCE_MS,
  );
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  try {
    return await work(giveUp.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}
