/** Colours for what has no picture: always the same for the same words. */

/** Two hues, in degrees, far enough apart to make a gradient and near enough to go together. */
export function huesOf(text: string): readonly [number, number] {
  let hash = 2_166_136_261;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 16_777_619);
  }
  const spread = hash >>> 0;
  const first = spread % 360;
  return [first, (first + 35 + ((spread >>> 9) % 50)) % 360];
}

export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? "")][0] ?? "",
  );
  return letters.join("").toUpperCase();
}
