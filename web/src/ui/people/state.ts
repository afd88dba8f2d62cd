/** The people of the one signed in: one store for all pages, fed by the one socket. */
import { enterRoom } from "../pages/enter";
import { people as api, auth, socket } from "../state/services";
import { PeopleStore } from "./people.svelte";

export const people = new PeopleStore(api, enterRoom);

let whose: string | null = null;
function follow(user: { user_id: string } | null | undefined): void {
  if ((user?.user_id ?? null) === whose) return;
  whose = user?.user_id ?? null;
  people.forget();
}
auth.subscribe((signIn) => follow(signIn?.user));
follow(auth.current?.user);

socket.onNotice((notice) => people.take(notice));
// News that came while nobody was connected are asked for.
socket.subscribe((phase) => {
  if (phase !== "online") return;
  void people.loadWaiting();
  if (people.friends !== null) void people.loadFriends();
});
