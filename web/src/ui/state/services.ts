/** The one sign-in, the REST clients and the one socket of this page, made from what the browser offers. */
import { AdminCalls } from "../../transport/admin";
import { Auth, type SignIn } from "../../transport/auth";
import { Features } from "../../transport/features";
import { HistoryCalls } from "../../transport/history";
import { lockOf } from "../../transport/lock";
import { People } from "../../transport/people";
import { PlaylistCalls } from "../../transport/playlists";
import { PushCalls } from "../../transport/push";
import { Rest, refreshCall } from "../../transport/rest";
import { SUBPROTOCOL, TuttiSocket } from "../../transport/socket";
import { TalkCalls } from "../../transport/talk";
import { WaveformCalls } from "../../transport/waveform";
import { Latency } from "./latency.svelte";

const webFetch = (input: string, init?: RequestInit) => fetch(input, init);

export const auth = new Auth({
  storage: localStorage,
  withLock: lockOf(navigator.locks, localStorage),
  refresh: refreshCall(webFetch),
  now: () => Date.now(),
});
addEventListener("storage", (event) => auth.storageChanged(event.key));

export const rest = new Rest(auth, webFetch);
export const people = new People(auth, webFetch);
export const playlists = new PlaylistCalls(auth, webFetch);
export const admin = new AdminCalls(auth, webFetch);
export const past = new HistoryCalls(auth, webFetch);
export const features = new Features(auth, webFetch);
export const pushCalls = new PushCalls(auth, webFetch);
export const talk = new TalkCalls(auth, webFetch);
export const waveforms = new WaveformCalls(auth, webFetch);

export const latency = new Latency({
  storage: localStorage,
  sessionId: () => auth.current?.sessionId ?? null,
  me: () => rest.me(),
  patchMe: (body) => rest.patchMe(body),
});

/** Online for as long as somebody is signed in, whatever page is looked at. */
export const socket = new TuttiSocket({
  open: () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    return new WebSocket(`${scheme}://${location.host}/ws`, SUBPROTOCOL);
  },
  token: (leftMs) => auth.token(leftMs),
  renew: (stale) => auth.renew(stale),
  now: () => performance.now(),
  random: () => Math.random(),
  client: "tutti-web",
});

let session: string | null = null;
function keepOnline(signIn: SignIn | null): void {
  const next = signIn?.sessionId ?? null;
  if (next === session) return;
  session = next;
  socket.stop();
  if (next !== null) socket.start();
}
auth.subscribe(keepOnline);
keepOnline(auth.current);
