/** Waiting for a condition, never for a time. */

/**
 * Asks until the answer is true (or anything that counts as true), and returns it.
 * @template T
 * @param {string} what the condition, as the message of a failure says it
 * @param {() => T | Promise<T>} ask
 */
export async function until(what, ask, { withinMs = 10_000, everyMs = 50 } = {}) {
  const deadline = performance.now() + withinMs;
  let answer;
  do {
    answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  } while (performance.now() < deadline);
  throw new Error(`not within ${withinMs} ms: ${what} (last answer: ${JSON.stringify(answer)})`);
}
