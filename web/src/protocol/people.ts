/** Bodies of the REST calls between people, and the news of them. */

export type { Notice } from "./generated/native/ServerMessage";
export type {
  FoundPeople,
  FoundPerson,
  Friend,
  FriendRequest,
  FriendRequestAnswer,
  FriendRequests,
  Friends,
  RoomInvite,
  RoomInvites,
} from "./generated/rest/answers";
