/** Bodies of the REST calls between people, and the news of them. */

export type { Notice } from "./generated/native/ServerMessage";
export type { FoundPeople, FoundPerson } from "./generated/rest/FoundPeople";
export type { FriendRequestAnswer } from "./generated/rest/FriendRequestAnswer";
export type { FriendRequest, FriendRequests } from "./generated/rest/FriendRequests";
export type { Friend, Friends } from "./generated/rest/Friends";
export type { RoomInvite, RoomInvites } from "./generated/rest/RoomInvites";
