/** Bodies of the REST calls this client makes. Times are ISO 8601 in UTC with milliseconds. */
export type {
  ErrorBody,
  ErrorCode,
  Invitation,
  Me,
  Media,
  MediaList,
  Peaks,
  Room,
  RoomAnswer,
  RoomCreated,
  RoomJoined,
  Rooms,
  Session,
  Sessions,
  SignedIn,
  User,
  UserAnswer,
} from "./generated/rest/answers";
export type {
  CreateRoom,
  JoinRoom,
  Login,
  PatchMe,
  PlayAgain,
  Register,
  SetUsername,
} from "./generated/rest/requests";
