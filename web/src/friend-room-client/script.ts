/** What `<script src="/friend-room-client.js">` leaves in a page: one name, and the error it throws. */
import { FriendRoomClient, FriendRoomError } from "./client";

Object.assign(globalThis, { FriendRoomClient, FriendRoomError });
