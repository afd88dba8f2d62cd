/** Into a room that lets one in without an invite: a friend's, a public one, one's own. */
import { router } from "../router.svelte";
import { rest } from "../state/services";
import { toasts } from "../state/toasts.svelte";

/** False, and a word about it, where the room does not. */
export async function enterRoom(roomId: string): Promise<boolean> {
  try {
    await rest.join({ room_id: roomId });
  } catch (cause) {
    toasts.fail(cause);
    return false;
  }
  router.go(`/room/${roomId}`);
  return true;
}
