/**
 * The room this page is in: its view, kept current from the socket, and the commands a person can give.
 *
 * Says in words what failed; what changed is said by `news.ts`. Makes no sound: that is `listening.svelte.ts`.
 */
import type { Item, Member, Request, Timeline } from "../../protocol/model";
import type { Command } from "../../protocol/native";
import { positionAt, Score, SILENCE, type Timeline as SyncTimeline } from "../../sync/timeline";
import type { ApiError } from "../../transport/errors";
import type { Phase, TuttiSocket } from "../../transport/socket";
import { t } from "../messages";
import { announcer, toasts } from "../state/toasts.svelte";
import { asking, type Change, changeText, requestText, SeenTitles } from "./changes";
import { tell, UNDO } from "./news";
import { following, itemOf } from "./queue";
import { applyEntry, applyPresence, fromSnapshot, type RoomView } from "./reducer";
import { Talk } from "./talk.svelte";

export class RoomStore {
  readonly roomId: string;
  readonly socket: TuttiSocket;
  readonly userId: string;
  readonly #titles = new SeenTitles();
  readonly #score = new Score<SyncTimeline>(SILENCE);
  readonly #unsubscribe: (() => void)[];
  #unwatch: (() => void) | null = null;
  #turn: ReturnType<typeof setTimeout> | null = null;

  readonly talk = new Talk();

  view: RoomView | null = $state.raw(null);
  /** Every entry up to now has come; false from the moment the connection breaks. */
  live = $state(false);
  phase: Phase = $state("idle");
  /** The line stands, and the server says nothing. */
  hushed = $state(false);
  /** Why the room is followed no more. */
  gone: ApiError | null = $state.raw(null);
  /** How this person was made to leave, where they were. */
  removed: "kicked" | "banned" | null = $state(null);
  /** The timeline in force at this moment, which a scheduled track change has not reached yet. */
  shown: SyncTimeline = $state.raw(SILENCE);

  constructor(roomId: string, socket: TuttiSocket, userId: string) {
    this.roomId = roomId;
    this.socket = socket;
    this.userId = userId;
    this.phase = socket.phase;
    this.hushed = socket.hushed;
    this.#unsubscribe = [
      socket.subscribe((phase) => {
        this.phase = phase;
        if (phase !== "online") this.live = false;
      }),
      socket.onHush((hushed) => {
        this.hushed = hushed;
      }),
    ];
  }

  readonly me: Member | null = $derived(
    this.view?.members.find((member) => member.user_id === this.userId) ?? null,
  );
  readonly host: Member | null = $derived(
    this.view?.members.find((member) => member.user_id === this.view?.state.host_id) ?? null,
  );
  readonly isHost: boolean = $derived(this.me?.role === "host");
  /** May approve and deny what others ask for. */
  readonly decides: boolean = $derived(this.me !== null && this.me.role !== "guest");
  readonly mayControl: boolean = $derived(
    this.me !== null && (this.me.role !== "guest" || this.view?.state.control === "everyone"),
  );
  /** Why the music's controls do nothing for this person; null where they do. */
  readonly blocked: string | null = $derived(
    this.mayControl ? null : this.host ? t.room.onlyHostsOf(this.host.name) : t.room.onlyHosts,
  );
  /** May listen only. */
  readonly muted: boolean = $derived(this.view?.state.muted.includes(this.me?.user_id ?? "") ?? false);
  /** What this person adds, moves or removes is asked for, and somebody else decides. */
  readonly asks: boolean = $derived(this.me !== null && !this.mayControl);
  /** Why they cannot even ask. */
  readonly changeBlocked: string | null = $derived(
    this.me === null ? this.blocked : this.asks && this.muted ? t.requests.muted : null,
  );
  /** How many votes skip the current song. */
  readonly votesNeeded: number = $derived(
    Math.max(1, Math.ceil(((this.view?.connected ?? 1) * (this.view?.state.vote_skip.percent ?? 100)) / 100)),
  );
  readonly voted: boolean = $derived(this.view?.state.skip_votes.includes(this.me?.user_id ?? "") ?? false);
  /** The requests that wait: for whoever decides all, for others their own. */
  readonly waiting: readonly Request[] = $derived(
    (this.view?.state.requests ?? []).filter(
      (request) => request.status === "pending" && (this.decides || request.requested_by === this.userId),
    ),
  );
  readonly current: Item | null = $derived(
    this.view === null ? null : itemOf(this.view.state, this.shown.item_id),
  );
  /** What plays is a video, which nobody can keep as exactly as a song. */
  readonly isVideo: boolean = $derived(Boolean(this.current?.track.youtube_video_id));
  readonly next: Item | null = $derived(this.view === null ? null : following(this.view.state));
  readonly playing: boolean = $derived(this.view?.state.timeline?.playing ?? false);

  watch(): void {
    this.#unwatch?.();
    this.gone = null;
    this.removed = null;
    this.#unwatch = this.socket.watch(this.roomId, {
      snapshot: (message) => this.#become(fromSnapshot(message)),
      entry: (message) => {
        if (this.view === null) return;
        const before = this.view;
        this.#become(applyEntry(before, message));
        for (const event of message.events) tell(this, event, before, message.cause);
      },
      presence: (message) => {
        if (this.view !== null) this.view = applyPresence(this.view, message);
      },
      reaction: ({ emoji, user_id }) => {
        const name = this.nameOf(user_id);
        this.talk.reacted(emoji, name);
        announcer.say(t.chat.reacted(name, emoji));
      },
      live: () => {
        this.live = true;
      },
      gone: (error, why) => {
        this.gone = error;
        this.removed = why === "kicked" || why === "banned" ? why : null;
        this.live = false;
      },
    });
  }

  dispose(): void {
    this.#unwatch?.();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    if (this.#turn !== null) clearTimeout(this.#turn);
  }

  /** Gives a command; says so where it fails. True where it was accepted. */
  async run(command: Command): Promise<boolean> {
    try {
      await this.socket.command(this.roomId, command);
      return true;
    } catch (cause) {
      toasts.fail(cause);
      return false;
    }
  }

  /** Changes the playlist, or asks for it, and says so; true where that was accepted. */
  async change(change: Change): Promise<boolean> {
    const what = changeText(change, this.titleOf);
    try {
      if ((await this.give(change)) === "asked") toasts.say(t.requests.asked(what));
      return true;
    } catch (cause) {
      toasts.fail(cause);
      return false;
    }
  }

  /** The same without a word; fails with the server's rejection. */
  async give(change: Change): Promise<"made" | "asked"> {
    const { asks } = this;
    await this.socket.command(this.roomId, asks ? asking(change) : change);
    return asks ? "asked" : "made";
  }

  readonly titleOf = (itemId: string | null | undefined): string => this.#titles.of(itemId);

  requestText(request: Request): string {
    return requestText(request, this.titleOf);
  }

  togglePlay(): void {
    if (this.view?.state.playlist.length) void this.run({ type: this.playing ? "pause" : "play" });
  }

  async remove(item: Item): Promise<void> {
    if (!(await this.change({ type: "remove", item_id: item.item_id })) || this.asks) return;
    this.#offerUndo(t.playlist.removed(item.track.title));
  }

  /** True where it is moved now, and not only asked for. */
  async move(item: Item, position: number): Promise<boolean> {
    const accepted = await this.change({ type: "move", item_id: item.item_id, position });
    if (!accepted || this.asks) return false;
    this.#offerUndo(t.undo.moved(item.track.title));
    return true;
  }

  async clear(): Promise<void> {
    if (await this.run({ type: "clear" })) this.#offerUndo(t.undo.cleared);
  }

  /** Takes the latest change of the playlist that lost something back, whoever made it. */
  async undo(): Promise<void> {
    if (await this.run({ type: "undo" })) toasts.say(t.undo.undone);
  }

  /** Whether this person stands above that member. */
  mayModerate(member: Member): boolean {
    if (member.user_id === this.userId) return false;
    return this.isHost || (this.me?.role === "co_host" && member.role === "guest");
  }

  #offerUndo(text: string): void {
    toasts.undo(text, () => void this.undo(), UNDO);
  }

  nameOf(userId: string | null | undefined): string {
    return this.view?.members.find((member) => member.user_id === userId)?.name ?? t.app.unknown;
  }

  serverNow(): number {
    const { clock } = this.socket;
    return clock.known ? clock.serverNow(performance.now()) : Number.NEGATIVE_INFINITY;
  }

  /** Where the music is now, in ms. */
  positionMs(): number {
    return positionAt(this.shown, this.serverNow());
  }

  #become(view: RoomView): void {
    const before = this.view?.state.timeline ?? null;
    this.view = view;
    this.#titles.see(view.state.playlist);
    if (view.state.timeline !== before || this.shown === SILENCE) this.#follow(view.state.timeline ?? null);
  }

  #follow(timeline: Timeline | null): void {
    this.#score.set(timeline ?? SILENCE, this.serverNow());
    this.#settle();
  }

  /** Takes up a scheduled track change when its time has come. */
  #settle(): void {
    if (this.#turn !== null) clearTimeout(this.#turn);
    const serverMs = this.serverNow();
    this.shown = this.#score.at(serverMs);
    const pending = this.#score.pending(serverMs);
    if (pending !== null) {
      this.#turn = setTimeout(() => this.#settle(), Math.max(4, pending.at_ms - serverMs));
    }
  }
}
