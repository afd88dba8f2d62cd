/**
 * Real browsers, each a process of its own with a fresh profile, so that nothing but the server joins two listeners.
 * Watches every page for what a person would never see: console errors, failed requests, refused content.
 */
import { chromium } from "playwright-core";

const BINARY = process.env.CHROMIUM ?? "/usr/bin/chromium";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A song starts without a tap: what a listener does once by hand. */
const AUTOPLAY = "--autoplay-policy=no-user-gesture-required";

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1440, height: 900 };

/**
 * Starts one browser.
 * @param {{autoplay?: boolean, env?: NodeJS.ProcessEnv, flags?: string[]}} [how] `autoplay: false` leaves the browser's
 * own rule in force; `env` reaches its audio, such as PULSE_SINK
 */
export function launch({ autoplay = true, env = process.env, flags = [] } = {}) {
  return chromium.launch({
    executablePath: BINARY,
    headless: true,
    // Playwright silences its browsers by default.
    ignoreDefaultArgs: ["--mute-audio"],
    args: [...FLAGS, ...(autoplay ? [AUTOPLAY] : []), ...flags],
    env,
  });
}

/** Starts several at once. */
export function launchAll(count, how) {
  return Promise.all(Array.from({ length: count }, () => launch(how)));
}

/**
 * A page in a fresh profile.
 * @param {import("playwright-core").Browser} browser
 * @param {{viewport?: {width: number, height: number}, signedIn?: object, init?: string, locale?: string, shell?: boolean,
 * onConsole?: (message: import("playwright-core").ConsoleMessage) => void,
 * prepare?: (context: import("playwright-core").BrowserContext) => Promise<unknown>}} [how] `signedIn` is the answer to a
 * sign-in, `prepare` arranges what the page will meet, `init` a script that runs before the page's own; with `shell` the browser keeps the page and its scripts by the service
 * worker, which otherwise stays out of tests of other things
 * @returns {Promise<{page: import("playwright-core").Page, faults: string[]}>}
 */
export async function open(browser, url, how = {}) {
  const { viewport = DESKTOP, signedIn, init, locale, shell = false, onConsole, prepare } = how;
  const serviceWorkers = shell ? "allow" : "block";
  const context = await browser.newContext({ viewport, locale, serviceWorkers });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`refused by the content security policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  if (signedIn !== undefined) await context.addInitScript(remember, record(signedIn));
  if (init !== undefined) await context.addInitScript(init);
  await prepare?.(context);
  const page = await context.newPage();
  const faults = watch(page);
  if (onConsole !== undefined) page.on("console", onConsole);
  await page.goto(url);
  return { page, faults };
}

/**
 * Opens a page in which nobody has tapped yet, and leaves it alone until it has asked for sound: whatever Playwright does
 * in a page counts as a tap there.
 */
export async function openUntouched(browser, url, how = {}) {
  let asked;
  const asking = new Promise((resolve) => {
    asked = resolve;
  });
  const heard = (message) => message.text() === ASKED && asked();
  const opened = await open(browser, url, { ...how, init: sayWhenSoundIsAskedFor, onConsole: heard });
  await asking;
  return opened;
}

const ASKED = "sound was asked for";

/** Runs in the page. */
function sayWhenSoundIsAskedFor() {
  const { AudioContext } = globalThis;
  globalThis.AudioContext = class extends AudioContext {
    constructor(options) {
      super(options);
      console.debug("sound was asked for");
    }
  };
}

/** Collects what went wrong in a page, as long as it lives. */
function watch(page) {
  const faults = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    // A page that moves on gives up what it was still loading.
    const why = request.failure()?.errorText ?? "";
    if (why !== "net::ERR_ABORTED") faults.push(`request: ${request.url()} ${why}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`answer: ${response.status()} ${response.url()}`);
  });
  return faults;
}

/** What the client itself keeps of a sign-in. */
function record(signedIn) {
  return {
    user: signedIn.user,
    sessionId: signedIn.session_id,
    accessToken: signedIn.access_token,
    refreshToken: signedIn.refresh_token,
    expiresAtMs: Date.now() + signedIn.expires_in * 1_000,
  };
}

/** Runs in the page. A reload keeps the tokens that the page has renewed since. */
function remember(signIn) {
  // A frame of another site keeps nothing of ours.
  if (globalThis.top !== globalThis) return;
  const key = "tutti.sign-in";
  if (localStorage.getItem(key) === null) localStorage.setItem(key, JSON.stringify(signIn));
}

/** Keeps a picture beside the build, for a person to look at. */
export async function picture(page, name) {
  const folder = new URL("../../../target/pictures/", import.meta.url).pathname;
  await page.screenshot({ path: `${folder}${name}.png` });
}
