/** Music at once: a room, and a guest to own it where nobody is signed in. */
import { t } from "../messages";
import { router } from "../router.svelte";
import { account } from "../state/account.svelte";
import { rest } from "../state/services";

/** @param name what a newcomer is called; the server picks a name where it is empty */
export async function listenNow(name = ""): Promise<void> {
  if (account.user === null) await rest.guest(name);
  const made = await rest.createRoom({
    name: t.home.defaultRoom(account.user?.name ?? name.trim()),
    visibility: "invite",
    control: "host",
  });
  router.go(`/room/${made.room_id}`);
}
