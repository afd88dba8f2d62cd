/**
 * Stands in for YouTube's IFrame API, which no test may reach: the script, the frame it drives by messages, and a player
 * that starts late, seeks late, tells where it is four times a second, and shows adverts. It makes no sound.
 *
 * What it imitates is in https://developers.google.com/youtube/iframe_api_reference and was seen of the real one.
 */

/**
 * @typedef {object} How how a player behaves
 * @property {Record<string, {title?: string, author?: string, seconds?: number, error?: number}>} [videos] by id; an
 *   unknown one is gone, error 100
 * @property {[number, number]} [startMs] from being told to play a cued video until it plays
 * @property {[number, number]} [seekMs] the same of a seek
 * @property {[number, number]} [resumeMs] the same of going on after a halt
 * @property {number} [advertMs] an advert before the first video, of so long
 * @property {boolean} [advertTells] whether an advert shows its own length, instead of standing still
 * @property {boolean} [refuses] whether it plays only in a page that was tapped
 * @property {number} [seed] of its pace
 */

/** The player inside the frame. */
export class Sim {
  #tell;
  #now;
  #how;
  #seed;
  #id = null;
  #state = -1;
  #from = { atMs: 0, positionS: 0 };
  #pending = null;
  #adverts;
  #advertUntil = null;
  #advertMs = 0;
  #ready = 0;

  constructor(tell, how, now) {
    this.#tell = tell;
    this.#how = { startMs: [150, 600], seekMs: [150, 600], resumeMs: [20, 80], videos: {}, ...how };
    this.#now = now;
    this.#seed = how.seed ?? 1;
    this.#adverts = how.advertMs ?? 0;
    setInterval(() => this.#state === 1 && this.#inform(), 250);
  }

  /** What is really heard: for tests alone. */
  truth() {
    const moves = this.#state === 1 && this.#advertUntil === null;
    return {
      state: this.#state,
      positionMs: this.#positionS() * 1_000,
      moves,
      advert: this.#advertUntil !== null,
    };
  }

  /** The line runs dry for so long. */
  stall(ms) {
    this.#wait(ms, 3, () => this.#run());
  }

  /** An advert in the middle of the video. */
  advertise(ms) {
    this.#adverts = ms;
    this.#stop();
    this.#begin(0);
  }

  /** @param {{func: string, args: unknown[], activated: boolean}} command */
  do({ func, args, activated }) {
    const [first, second] = args;
    switch (func) {
      case "cueVideoById":
        this.#load(first.videoId, first.startSeconds ?? 0);
        if (!this.#broken()) this.#wait(30, -1, () => this.#become(5));
        break;
      case "loadVideoById":
        this.#load(first.videoId, first.startSeconds ?? 0);
        this.#play(activated);
        break;
      case "playVideo":
        this.#play(activated);
        break;
      case "pauseVideo":
        if (this.#advertUntil !== null || ![1, 3].includes(this.#state)) return;
        this.#stop();
        this.#become(2);
        break;
      case "seekTo":
        this.#seek(first, second, activated);
        break;
      case "stopVideo":
        this.#stop();
        this.#become(5);
        break;
    }
  }

  inform() {
    this.#inform();
  }

  #load(id, positionS) {
    this.#stop();
    this.#advertUntil = null;
    this.#id = id;
    this.#from = { atMs: this.#now(), positionS };
    if (this.#state !== -1) this.#become(-1);
  }

  #broken() {
    const video = this.#how.videos[this.#id];
    const error = video === undefined ? 100 : video.error;
    if (error === undefined) return false;
    this.#wait(60, -1, () => this.#tell({ event: "onError", data: error }));
    return true;
  }

  #play(activated) {
    if (this.#advertUntil !== null || this.#broken() || [1, 3].includes(this.#state)) return;
    if (this.#how.refuses && !activated) {
      this.#tell({ event: "onAutoplayBlocked" });
      return;
    }
    if (this.#state === 2)
      this.#wait(Math.max(this.#ready - this.#now(), this.#within("resumeMs")), null, () => this.#run());
    else {
      this.#become(-1);
      this.#begin(this.#within("startMs"));
    }
  }

  #begin(ms) {
    const advert = this.#adverts;
    this.#adverts = 0;
    this.#wait(ms, 3, () => {
      if (advert === 0) return this.#run();
      this.#from = { atMs: this.#now(), positionS: this.#from.positionS };
      this.#advertUntil = this.#now() + advert;
      this.#advertMs = advert;
      this.#become(1);
      this.#pending = setTimeout(() => {
        this.#state = 3;
        this.#advertUntil = null;
        this.#wait(this.#within("startMs"), 3, () => this.#run());
      }, advert);
    });
  }

  #seek(positionS, ahead, activated) {
    // An advert is not to be skipped.
    if (this.#advertUntil !== null || ahead !== true) return;
    const state = this.#state;
    this.#stop();
    this.#from = { atMs: this.#now(), positionS };
    const ms = this.#within("seekMs");
    if (state === 2) {
      this.#ready = this.#now() + ms;
      setTimeout(() => this.#inform(), 40);
    } else if (state === 1 || state === 3) this.#wait(ms, 3, () => this.#run());
    else this.#play(activated);
  }

  #wait(ms, state, then) {
    this.#stop();
    if (state !== null) this.#become(state);
    this.#pending = setTimeout(then, ms);
  }

  #run() {
    this.#from = { atMs: this.#now(), positionS: this.#from.positionS };
    this.#become(1);
    const left = (this.#seconds() - this.#from.positionS) * 1_000;
    this.#pending = setTimeout(() => {
      this.#stop();
      this.#become(0);
    }, left);
  }

  /** Where it is becomes where it stays. */
  #stop() {
    clearTimeout(this.#pending);
    this.#from = { atMs: this.#now(), positionS: this.#positionS() };
    if (this.#state === 1) this.#state = 3;
  }

  #positionS() {
    const { atMs, positionS } = this.#from;
    const moves = this.#state === 1 && this.#advertUntil === null;
    return moves ? Math.min(this.#seconds(), positionS + (this.#now() - atMs) / 1_000) : positionS;
  }

  #seconds() {
    return this.#how.videos[this.#id]?.seconds ?? 0;
  }

  #become(state) {
    this.#state = state;
    this.#inform();
    this.#tell({ event: "onStateChange", data: state });
  }

  #inform() {
    const video = this.#how.videos[this.#id] ?? {};
    const advert = this.#advertUntil !== null && this.#how.advertTells === true;
    // Before it has played, a player does not know how long its video is.
    const duration = [-1, 5].includes(this.#state) ? 0 : this.#seconds();
    const left = ((this.#advertUntil ?? 0) - this.#now()) / 1_000;
    this.#tell({
      event: "infoDelivery",
      info: {
        currentTime: advert ? this.#advertMs / 1_000 - left : this.#positionS(),
        duration: advert ? this.#advertMs / 1_000 : duration,
        playerState: this.#state,
        videoData: { video_id: this.#id, title: video.title ?? "", author: video.author ?? "" },
      },
    });
  }

  #within(name) {
    const [least, most] = this.#how[name];
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return least + (this.#seed / 2_147_483_647) * (most - least);
  }
}

/** `YT.Player`: commands on their way to the frame, and what the frame last told. */
export function playerClass(connect, { delayMs = 8 } = {}) {
  const COMMANDS = [
    "playVideo",
    "pauseVideo",
    "seekTo",
    "stopVideo",
    "cueVideoById",
    "loadVideoById",
    "setVolume",
    "mute",
    "unMute",
  ];
  class Player {
    #info = { currentTime: 0, duration: 0, playerState: -1, videoData: {} };
    #line;

    constructor(frame, { events = {} } = {}) {
      this.#line = connect(frame, (message) => setTimeout(() => this.#told(message, events), delayMs));
      for (const func of COMMANDS) {
        this[func] = (...args) => {
          const activated = this.#line.tapped();
          setTimeout(() => this.#line.post({ event: "command", func, args, activated }), delayMs);
        };
      }
    }

    #told(message, events) {
      if (message.event === "infoDelivery") this.#info = { ...this.#info, ...message.info };
      else if (message.event === "onStateChange") this.#info.playerState = message.data;
      events[message.event]?.({ target: this, data: message.data });
    }

    getCurrentTime() {
      return this.#info.currentTime;
    }
    getDuration() {
      return this.#info.duration;
    }
    getPlayerState() {
      return this.#info.playerState;
    }
    getVideoData() {
      return this.#info.videoData;
    }
    destroy() {
      this.#line.close();
    }
  }
  return Player;
}

/** Runs in the page, as the script that YouTube's own one loads. */
function widget(Player) {
  globalThis.YT = { Player: Player(connect), loaded: 1 };
  globalThis.onYouTubeIframeAPIReady?.();

  // The browser's own word is of no use here: whatever Playwright does in a page counts as a tap.
  let tapped = false;
  addEventListener("pointerup", () => (tapped = true), { capture: true });

  function connect(frame, tell) {
    const hear = ({ source, data }) => source === frame.contentWindow && tell(JSON.parse(data));
    const post = (message) =>
      frame.contentWindow?.postMessage(JSON.stringify(message), "https://www.youtube-nocookie.com");
    addEventListener("message", hear);
    const knock = setInterval(() => post({ event: "listening" }), 100);
    addEventListener("message", ({ source }) => source === frame.contentWindow && clearInterval(knock));
    return {
      post,
      tapped: () => tapped,
      close: () => {
        removeEventListener("message", hear);
        clearInterval(knock);
      },
    };
  }
}

/** Runs in the frame. */
function embedded(Sim, how) {
  const tell = (message) => parent.postMessage(JSON.stringify(message), "*");
  const sim = new Sim(tell, how, () => performance.now());
  globalThis.sim = sim;
  let ready = false;
  addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    if (message.event === "command") sim.do(message);
    if (message.event !== "listening" || ready) return;
    ready = true;
    sim.inform();
    tell({ event: "onReady" });
  });
}

/** A shore in the evening. */
const LOOK = `html { height: 100%; background: radial-gradient(circle at 70% 62%, #ffd9a0 0 9%, #f28c6a 10% 22%, transparent 55%),
    linear-gradient(#2b2a5a 0 45%, #7a4a7d 62%, #16233f 62.5%); }
  p { position: fixed; inset: auto 0 0; margin: 0; padding: 8px 12px; background: #0b1120; color: #fff; font: 13px sans-serif; }`;

const FRAME = /^https:\/\/www\.youtube-nocookie\.com\/embed\//;
const WIDGET = "https://www.youtube.com/s/player/stand-in/www-widgetapi.js";

/**
 * Answers for YouTube in all pages of a context: nothing of it goes to the network.
 * @param {import("playwright-core").BrowserContext} context
 * @param {How & {absent?: boolean}} how `absent` is a network without YouTube
 * @returns {Promise<{asked: string[]}>} the addresses that were asked for
 */
export async function standIn(context, how) {
  const asked = [];
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Stand-in for YouTube</title><style>${LOOK}</style>
    <body><p>A stand-in for YouTube’s player</p><script>(${embedded})(${Sim}, ${JSON.stringify(how)})</script>`;
  const scripts = {
    "https://www.youtube.com/iframe_api": `const s = document.createElement("script"); s.src = ${JSON.stringify(WIDGET)}; document.head.append(s);`,
    [WIDGET]: `(${widget})(${playerClass})`,
  };
  await context.route(
    /^https:\/\/([a-z0-9-]+\.)*(youtube|youtube-nocookie|ytimg|google|googlevideo)\.com\//,
    (route) => {
      const url = route.request().url();
      asked.push(url);
      if (how.absent) return route.abort("internetdisconnected");
      if (FRAME.test(url)) return route.fulfill({ contentType: "text/html; charset=utf-8", body: html });
      const body = scripts[url];
      if (body === undefined) return route.fulfill({ status: 404, body: "" });
      return route.fulfill({ contentType: "text/javascript; charset=utf-8", body });
    },
  );
  return { asked };
}

/** What the stand-in in a page really plays, by the clock that all pages of this machine share. */
export function truth(page) {
  return frameOf(page)?.evaluate(() => {
    const wallMs = performance.timeOrigin + performance.now();
    const truth = globalThis.sim.truth();
    return { ...truth, wallMs, lagMs: wallMs - truth.positionMs };
  });
}

/** The frame, to have adverts and stalls happen in. */
export function frameOf(page) {
  return page.frames().find((frame) => FRAME.test(frame.url()));
}
