/** Light or dark on this device, or as the system has it. `theme.js` shows it, before anything else is loaded. */

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "tutti.theme";

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? "system";
}

/** Shown at once, and whenever this device comes back. */
export function chooseTheme(theme: Theme): void {
  if (theme === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  // Browsers tell the other tabs only.
  window.dispatchEvent(new StorageEvent("storage", { key: KEY }));
}
