/** Changes of the playlist that a guest asks for and everybody else just makes; and how each reads. */
import type { Item, Request } from "../../protocol/model";
import type { Command } from "../../protocol/native";
import { t } from "../messages";

export type Change = Extract<Command, { type: "add" | "move" | "remove" }>;

/** The command that asks for it. */
export function asking(change: Change): Command {
  switch (change.type) {
    case "add":
      return {
        type: "submit_request",
        action: "add",
        track: change.track,
        ...(change.position == null ? {} : { position: change.position }),
      };
    case "move":
      return { type: "submit_request", action: "move", item_id: change.item_id, position: change.position };
    case "remove":
      return { type: "submit_request", action: "remove", item_id: change.item_id };
  }
}

type Titles = (itemId: string | null | undefined) => string;

export function changeText(change: Change, titleOf: Titles): string {
  switch (change.type) {
    case "add":
      return t.requests.add(change.track.title);
    case "move":
      return t.requests.move(titleOf(change.item_id), change.position + 1);
    case "remove":
      return t.requests.remove(titleOf(change.item_id));
  }
}

export function requestText({ payload }: Pick<Request, "payload">, titleOf: Titles): string {
  switch (payload.action) {
    case "add":
      return t.requests.add(payload.track?.title ?? t.requests.aSong);
    case "move":
      return t.requests.move(titleOf(payload.item_id), (payload.position ?? 0) + 1);
    case "remove":
      return t.requests.remove(titleOf(payload.item_id));
    case "edit":
      return t.requests.edit(payload.track?.title ?? titleOf(payload.item_id));
  }
}

/** Titles of every song seen, those that were removed since included: a request may still speak of them. */
export class SeenTitles {
  readonly #titles = new Map<string, string>();

  see(items: readonly Item[]): void {
    for (const item of items) this.#titles.set(item.item_id, item.track.title);
  }

  of(itemId: string | null | undefined): string {
    return this.#titles.get(itemId ?? "") ?? t.requests.aSong;
  }
}
