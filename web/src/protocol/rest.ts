/** Bodies of the REST calls this client makes. Times are ISO 8601 in UTC with milliseconds. */
export type { CreateRoom } from "./generated/rest/CreateRoom";
export type { ErrorBody, ErrorCode } from "./generated/rest/ErrorBody";
export type { JoinRoom } from "./generated/rest/JoinRoom";
export type { Login } from "./generated/rest/Login";
export type { Media, MediaList } from "./generated/rest/MediaList";
export type { PatchMe } from "./generated/rest/PatchMe";
export type { Register } from "./generated/rest/Register";
export type { RoomAnswer } from "./generated/rest/RoomAnswer";
export type { RoomCreated } from "./generated/rest/RoomCreated";
export type { RoomJoined } from "./generated/rest/RoomJoined";
export type { Room, Rooms } from "./generated/rest/Rooms";
export type { Session, Sessions } from "./generated/rest/Sessions";
export type { SetUsername } from "./generated/rest/SetUsername";
export type { SignedIn, User } from "./generated/rest/SignedIn";
export type { Me, UserAnswer } from "./generated/rest/UserAnswer";
