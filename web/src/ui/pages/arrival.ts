/** How somebody wants to hear the room they are about to enter; asked at its door, and answered once inside. */

export type Arrival = "sound" | "muted" | "remote";

let chosen: Arrival | null = null;

export function arrive(how: Arrival): void {
  chosen = how;
}

/** What was chosen at the door, once; null for who came in without one. */
export function takeArrival(): Arrival | null {
  const taken = chosen;
  chosen = null;
  return taken;
}
