/** Which page the address names. Client-side, because the server answers every page with the same document. */

export type Route =
  | { readonly name: "home" }
  | { readonly name: "join"; readonly code: string }
  | { readonly name: "quick"; readonly room: string }
  | { readonly name: "room"; readonly roomId: string }
  | { readonly name: "history"; readonly roomId: string }
  | { readonly name: "settings" }
  | { readonly name: "friends" }
  | { readonly name: "admin" }
  | { readonly name: "lost" };

/** Addresses that were once something else's, and where that is now. */
const MOVED: Readonly<Record<string, string>> = { "/account": "/settings" };

const ROOM_ID = /^room_[0-9a-f]{32}$/;

export function routeOf(path: string): Route {
  const [first, second, ...rest] = path.split("/").filter((part) => part !== "");
  if (first === undefined) return { name: "home" };
  if (first === "quick" && rest.length === 0) return { name: "quick", room: decode(second ?? "") };
  if (rest.length === 0 && second !== undefined) {
    if (first === "join") return { name: "join", code: decode(second) };
    if (first === "room" && ROOM_ID.test(second)) return { name: "room", roomId: second };
  }
  const isPast = first === "room" && rest.length === 1 && rest[0] === "history";
  if (isPast && second !== undefined && ROOM_ID.test(second)) return { name: "history", roomId: second };
  if (second === undefined && (first === "settings" || first === "friends" || first === "admin"))
    return { name: first };
  return { name: "lost" };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

class Router {
  route: Route = $state.raw(here());

  constructor() {
    addEventListener("popstate", () => this.#read());
  }

  go(path: string, replace = false): void {
    if (replace) history.replaceState(null, "", path);
    else history.pushState(null, "", path);
    this.#read();
    scrollTo(0, 0);
  }

  /** Takes a click on a link of our own, unless the person wants it elsewhere. */
  follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || link.origin !== location.origin || link.target !== "" || link.download !== "")
      return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }

  #read(): void {
    this.route = here();
  }
}

/** The route of the address, which is corrected where it is an old one. */
function here(): Route {
  const moved = MOVED[location.pathname.replace(/\/$/, "")];
  if (moved !== undefined) history.replaceState(null, "", moved + location.search);
  return routeOf(location.pathname);
}

/** Whether the address asks for `what` by `?what`; asked once, it asks no more. */
export function asked(what: string): boolean {
  const search = new URLSearchParams(location.search);
  if (!search.has(what)) return false;
  search.delete(what);
  const rest = search.size === 0 ? "" : `?${search}`;
  history.replaceState(null, "", location.pathname + rest);
  return true;
}

export const router = new Router();
