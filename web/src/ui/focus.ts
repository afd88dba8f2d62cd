/**
 * The focus is never lost: where what had it goes away, it moves to what stands in that place now, or to the heading.
 *
 * Knows the document only, and nothing of what is in it.
 */

/** Not fields: they would open a keyboard on a phone. */
const CONTROLS = "button:not(:disabled), a[href], summary, [tabindex='0']";

interface Place {
  readonly parent: Element;
  readonly index: number;
}

/** Watches over everything in `root` until the returned function is called. */
export function keepFocus(root: HTMLElement): () => void {
  let last: Element | null = null;
  let path: Place[] = [];

  const note = (event: FocusEvent) => {
    last = event.target instanceof Element ? event.target : null;
    path = last === null ? [] : pathOf(last, root);
  };
  const mend = () => {
    const { activeElement } = document;
    if (last === null || last.isConnected || (activeElement !== null && activeElement !== document.body))
      return;
    const place = path.find(({ parent }) => parent.isConnected);
    last = null;
    const near = place === undefined || place.parent.matches("main, body") ? null : neighbour(place);
    (near ?? heading(root))?.focus({ preventScroll: true });
  };

  const observer = new MutationObserver(mend);
  document.addEventListener("focusin", note);
  observer.observe(root, { childList: true, subtree: true });
  return () => {
    document.removeEventListener("focusin", note);
    observer.disconnect();
  };
}

/** To the heading of the page, as soon as there is one. Answers how to give up. */
export function toHeading(root: HTMLElement): () => void {
  const go = () => {
    const found = heading(root);
    found?.focus({ preventScroll: true });
    return found !== null;
  };
  if (go()) return () => undefined;
  const observer = new MutationObserver(() => go() && observer.disconnect());
  observer.observe(root, { childList: true, subtree: true });
  return () => observer.disconnect();
}

function heading(root: HTMLElement): HTMLElement | null {
  const found = root.querySelector("h1");
  found?.setAttribute("tabindex", "-1");
  return found;
}

/** Where an element stands, from its own parent outwards. */
function pathOf(element: Element, root: Element): Place[] {
  const path: Place[] = [];
  for (let here = element; here !== root && here.parentElement !== null; here = here.parentElement) {
    path.push({ parent: here.parentElement, index: [...here.parentElement.children].indexOf(here) });
  }
  return path;
}

/** A control in what took the place of what went, or in what is last there now. */
function neighbour({ parent, index }: Place): HTMLElement | null {
  const here = parent.children[Math.min(index, parent.children.length - 1)];
  if (here instanceof HTMLElement && here.matches(CONTROLS)) return here;
  return here?.querySelector<HTMLElement>(CONTROLS) ?? parent.querySelector<HTMLElement>(CONTROLS);
}
