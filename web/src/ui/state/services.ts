/** The one sign-in, the one REST client and the one way to open a socket, made from what the browser offers. */
import { Auth } from "../../transport/auth";
import { lockOf } from "../../transport/lock";
import { Rest, refreshCall } from "../../transport/rest";
import { SUBPROTOCOL, TuttiSocket } from "../../transport/socket";

const webFetch = (input: string, init?: RequestInit) => fetch(input, init);

export const auth = new Auth({
  storage: localStorage,
  withLock: lockOf(navigator.locks, localStorage),
  refresh: refreshCall(webFetch),
  now: () => Date.now(),
});
addEventListener("storage", (event) => auth.storageChanged(event.key));

export const rest = new Rest(auth, webFetch);

export function newSocket(): TuttiSocket {
  const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
  return new TuttiSocket({
    open: () => new WebSocket(url, SUBPROTOCOL),
    token: (leftMs) => auth.token(leftMs),
    renew: (stale) => auth.renew(stale),
    now: () => performance.now(),
    random: () => Math.random(),
    client: "tutti-web",
  });
}
