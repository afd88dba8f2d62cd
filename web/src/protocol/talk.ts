/** Bodies of the REST calls about a room's talk and peace. */
export type { Banned, Bans, ChatAnswer, ChatMessage } from "./generated/rest/answers";
