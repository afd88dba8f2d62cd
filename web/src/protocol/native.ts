/** What is said on the native socket, in both directions. One JSON object a text frame. */
export type { ClientMessage, Command } from "./generated/native/ClientMessage";
export type { ServerMessage } from "./generated/native/ServerMessage";
