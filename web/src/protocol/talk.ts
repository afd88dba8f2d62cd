/** Bodies of the REST calls about a room's talk and peace. */
export type { Banned, Bans } from "./generated/rest/Bans";
export type { ChatAnswer, ChatMessage } from "./generated/rest/ChatAnswer";
