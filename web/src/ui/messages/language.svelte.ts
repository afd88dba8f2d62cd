/**
 * The language this device speaks: the one chosen here, else the first its browser asks for that there is.
 *
 * English comes with the page; another language is loaded when it is first spoken. Knows no component: they read `t`,
 * and follow it when it changes.
 */
import { en, type Messages } from "./en";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = "tutti.language";

const catalogues: Record<Language, () => Promise<Messages>> = {
  en: async () => en,
  de: async () => (await import("./de")).de,
};

let spoken: Messages = $state.raw(en);

/** Every text, in the language that is spoken now. Not to be read before a page is shown: it would stay as it was. */
export const t: Messages = new Proxy(en, { get: (_, part) => spoken[part as keyof Messages] });

function isLanguage(tag: string | null | undefined): tag is Language {
  return (LANGUAGES as readonly (string | null | undefined)[]).includes(tag);
}

const primary = (tag: string) => tag.split("-")[0]?.toLowerCase();

/** The first of the wanted languages that there is, whatever its region. */
export function firstOf(wanted: readonly string[]): Language {
  return wanted.map(primary).find(isLanguage) ?? "en";
}

/** How dates and numbers are written: in the spoken language, and as in the reader's region where it is known. */
export function locale(): string {
  const { locale } = spoken;
  return navigator.languages?.find((tag) => primary(tag) === locale) ?? locale;
}

/** Speaks `language`, here and now. */
export async function speak(language: Language): Promise<void> {
  spoken = await catalogues[language]();
  document.documentElement.lang = language;
  void tellWorker(language).catch(() => undefined);
}

/** The service worker speaks while no page does; `worker/news.ts` looks here for the language. */
async function tellWorker(language: Language): Promise<void> {
  if (typeof caches === "undefined") return;
  await (await caches.open("tutti-device")).put("/language", new Response(language));
}

/** Speaks `language` from now on, whenever this device comes back. */
export async function choose(language: Language): Promise<void> {
  await speak(language);
  localStorage.setItem(KEY, language);
}

/** Speaks what was chosen, else what the browser asks for. English where that cannot be loaded. */
export async function begin(): Promise<void> {
  const chosen = localStorage.getItem(KEY);
  try {
    await speak(isLanguage(chosen) ? chosen : firstOf(navigator.languages ?? []));
  } catch {
    await speak("en");
  }
}
