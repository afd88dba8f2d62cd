/**
 * What Tutti is compared with: three simpler rules, each in a plain page of its own that follows the same room on the
 * same server. Where an earlier design left something open, the page takes what favours it: it has the whole file at
 * hand, and starts by a timer at the moment the server named.
 *
 * - `ladder`: a media element; every 5 s one probe, whose half round trip is believed; a seek where it is more than
 *   150 ms off, 0.95–1.05 times the speed from 30 to 150 ms, nothing below.
 * - `every_10_s`: a media element; every 10 s the server says its time, and a seek where it is more than 200 ms off.
 * - `start_only`: Web Audio, started at the named moment by the best of 16 probes, and left alone from then on.
 */

/**
 * The script that makes any page of the server's origin such a listener.
 * @param {{kind: string, token: string, room: string}} given
 */
export function followBy(given) {
  return `(${follow})(${JSON.stringify(given)});`;
}

/** Runs in the page. */
function follow({ kind, token, room }) {
  const state = { ready: false, timeline: null, offset: null, rtt: 0 };
  globalThis.__rule = state;
  const best = { rtt: Number.POSITIVE_INFINITY };
  const socket = new WebSocket(`ws://${location.host}/ws`, "tutti.v1");
  const send = (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
  const probe = () => send({ type: "time", t0: performance.now() });
  const serverNow = () => performance.now() + state.offset;

  const believe = {
    ladder: ({ middle, t1 }) => t1 - middle,
    every_10_s: ({ t3, t2 }) => t2 - t3,
    start_only({ middle, t1, rtt }) {
      if (rtt < best.rtt) Object.assign(best, { rtt, offset: t1 - middle });
      return best.offset;
    },
  }[kind];

  const player = kind === "start_only" ? webAudio() : mediaElement();

  function webAudio() {
    const context = new AudioContext();
    let buffer;
    let source;
    return {
      load: async (bytes) => {
        buffer = await context.decodeAudioData(bytes);
      },
      play(positionMs, inMs) {
        source = context.createBufferSource();
        source.buffer = buffer;
        source.connect(context.destination);
        const when = context.currentTime + inMs / 1e3 - (context.outputLatency || 0);
        const late = Math.max(0, context.currentTime - when);
        source.start(when + late, positionMs / 1e3 + late);
      },
      stop: () => source?.stop(),
      correct() {},
    };
  }

  function mediaElement() {
    const element = new Audio();
    let timer;
    const drift = () => wanted() - element.currentTime * 1e3;
    const seek = () => {
      element.currentTime = wanted() / 1e3;
    };
    return {
      async load(bytes) {
        element.src = URL.createObjectURL(new Blob([bytes]));
        element.preload = "auto";
        await new Promise((resolve) => element.addEventListener("canplaythrough", resolve, { once: true }));
      },
      play(positionMs, inMs) {
        element.currentTime = (positionMs + Math.max(0, -inMs)) / 1e3;
        timer = setTimeout(() => void element.play(), inMs);
      },
      stop() {
        clearTimeout(timer);
        element.pause();
      },
      correct() {
        if (element.paused || state.offset === null) return;
        const off = drift();
        if (kind === "every_10_s") {
          if (Math.abs(off) > 200) seek();
          return;
        }
        if (Math.abs(off) > 150) seek();
        const rate = Math.abs(off) < 30 ? 1 : 1 + Math.max(-0.05, Math.min(0.05, off / 1e3));
        if (Math.abs(element.playbackRate - rate) > 1e-6) element.playbackRate = rate;
      },
    };
  }

  function wanted() {
    const { position_ms, at_ms, playing } = state.timeline;
    return position_ms + (playing ? Math.max(0, serverNow() - at_ms) : 0);
  }

  function obey(timeline) {
    player.stop();
    state.timeline = timeline;
    if (!timeline?.playing || !state.ready) return;
    const inMs = timeline.at_ms - serverNow();
    player.play(timeline.position_ms, inMs);
  }

  async function load(item) {
    const url = item.track.url ?? `/media/${item.track.media_id}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await player.load(await answer.arrayBuffer());
    state.ready = true;
    report(item.item_id);
    setInterval(() => report(item.item_id), 1_000);
    if (state.timeline?.playing) obey(state.timeline);
  }

  const report = (item_id) =>
    send({ type: "report", room_id: room, item_id, loaded: true, rtt_ms: Math.round(state.rtt) });

  const heard = {
    welcome() {
      send({ type: "watch", room_id: room });
      const probes = kind === "start_only" ? 16 : 1;
      for (let n = 0; n < probes; n++) setTimeout(probe, n * 70);
      if (kind === "ladder") setInterval(probe, 5_000);
      if (kind === "every_10_s") setInterval(probe, 10_000);
    },
    time({ t0, t1, t2 }) {
      const t3 = performance.now();
      state.rtt = t3 - t0;
      state.offset = believe({ middle: (t0 + t3) / 2, t1, t2, t3, rtt: t3 - t0 });
      if (kind === "every_10_s") player.correct();
    },
    snapshot({ state: { playlist, timeline } }) {
      state.timeline = timeline;
      void load(playlist[0]);
    },
    entry({ events }) {
      for (const event of events) if (event.timeline) obey(event.timeline);
    },
  };
  socket.onopen = () => send({ type: "hello", token, client: kind });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    heard[message.type]?.(message);
  };
  if (kind === "ladder") setInterval(() => state.ready && player.correct(), 250);
}
