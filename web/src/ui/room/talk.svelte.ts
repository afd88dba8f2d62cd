/** What passes in a room's talk without being kept: messages not looked at yet, reactions that float by. */

export interface Reaction {
  readonly id: number;
  readonly emoji: string;
  readonly name: string;
}

const FLOATS_MS = 3_000;
const MOST = 12;

export class Talk {
  /** Messages of others since the chat was last looked at. */
  unread = $state(0);
  reactions: readonly Reaction[] = $state.raw([]);
  #looking = false;
  #next = 0;

  /** Somebody else wrote. */
  said(): void {
    if (!this.#looking) this.unread++;
  }

  look(looking: boolean): void {
    this.#looking = looking;
    if (looking) this.unread = 0;
  }

  reacted(emoji: string, name: string): void {
    const reaction = { id: this.#next++, emoji, name };
    this.reactions = [...this.reactions, reaction].slice(-MOST);
    setTimeout(() => {
      this.reactions = this.reactions.filter((each) => each !== reaction);
    }, FLOATS_MS);
  }
}
