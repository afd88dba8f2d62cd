/**
 * This device's ears: the player, fed with the room's timeline and the server's clock, and what it says of itself.
 *
 * Reports to the server how well it hears; a device that only controls makes no sound and reports nothing, so that no
 * track change waits for it.
 */
import type { Description, Track as PlayerTrack } from "../../player/engine";
import { Player, type PlayerState, type PlayerStatus } from "../../player/player";
import type { Item } from "../../protocol/model";
import { BURST_PROBES } from "../../sync/clock";
import { SILENCE } from "../../sync/timeline";
import type { Rest } from "../../transport/rest";
import { t } from "../messages";
import { type Arrival, takeArrival } from "../pages/arrival";
import { device } from "../state/device.svelte";
import { features } from "../state/services";
import { audioUrl } from "./queue";
import type { RoomStore } from "./room.svelte";
import { described } from "./videos";

/** How long the server may take to end a track of known length before a listener points at it. */
const END_PATIENCE_MS = 2_000;
/** How long the host's page has to say what a video is called and how long it is, before another may. */
const HOST_SAYS_MS = 5_000;

export class Listening {
  readonly player: Player;
  /** Where videos are shown; it stays where it is put, because a frame that is moved begins anew. */
  readonly stage: HTMLElement = document.createElement("div");
  readonly #room: RoomStore;
  state: PlayerState = $state.raw({ phase: "idle", itemId: null, tier: null, error: null });
  status: PlayerStatus | null = $state.raw(null);
  /** Only controls: no sound on this device. */
  remote = $state(false);
  /** Whether the server's clock is known well enough to start music by it. */
  settled = $state(false);
  /** How much of the measuring that this takes is done, 0 to 1. */
  measured = $state(0);
  #hushed = false;

  constructor(room: RoomStore, rest: Rest) {
    this.#room = room;
    this.player = new Player({
      fetchMedia: (url, init) => fetchMedia(rest, url, init),
      onState: (state) => {
        this.state = state;
      },
      onStatus: (status) => {
        this.status = status;
        const { clock } = room.socket;
        this.settled = clock.settled;
        this.measured = Math.min(1, clock.quality.probes / BURST_PROBES);
      },
      onReport: (status) => this.#report(status),
      videos: { element: this.stage, title: t.player.video, allowed: () => features.youtube() },
      onDescribed: (itemId, description) => this.#describe(itemId, description),
      onTrackEnded: (itemId) => this.#ended(itemId),
      onWoke: () => room.socket.nudge(),
    });
    this.player.setClock(room.socket.clock);
    this.#arrive(takeArrival());
  }

  /** As chosen at the door: the tap that led in allows sound. */
  #arrive(how: Arrival | null): void {
    if (how === null) return;
    this.remote = how === "remote";
    device.setMuted(how === "muted");
    if (!this.remote) void this.player.unlock();
  }

  /** Hands the player what the room says; call it whenever that may have changed. */
  follow(): void {
    const timeline = this.#room.view?.state.timeline ?? null;
    if (timeline === null || this.remote) {
      this.player.setTimeline(SILENCE, null, null);
      return;
    }
    const items = this.#room.view?.state.playlist ?? [];
    const current = items.find((item) => item.item_id === timeline.item_id) ?? null;
    this.player.setTimeline(timeline, trackOf(current), trackOf(this.#room.next));
  }

  applyVolume(shared: number): void {
    this.player.setVolume(shared * device.volume);
    this.player.setMuted(device.muted || this.#hushed);
  }

  /** Silences the music on this device for a while, whatever its volume. */
  hush(hushed: boolean): void {
    this.#hushed = hushed;
    this.player.setMuted(device.muted || hushed);
  }

  setRemote(remote: boolean): void {
    this.remote = remote;
    if (!remote) void this.player.unlock();
  }

  dispose(): void {
    this.player.dispose();
  }

  #report(status: PlayerStatus): void {
    if (this.remote || !this.#room.live) return;
    this.#room.socket.report({
      room_id: this.#room.roomId,
      item_id: status.itemId,
      drift_ms: round(status.driftMs),
      offset_ms: round(status.offsetMs),
      rtt_ms: round(status.rttMs),
      buffering: status.buffering,
      loaded: status.loaded,
      ahead_item_id: status.ahead,
    });
  }

  /** The server ends tracks of known length by itself; of others only their listeners know. */
  #ended(itemId: string): void {
    const room = this.#room;
    const timeline = room.view?.state.timeline;
    const item = room.view?.state.playlist.find((each) => each.item_id === itemId);
    if (item === undefined || this.remote) return;
    const known = Boolean(item.track.duration_ms);
    if (!known && !room.mayControl) return;
    const wait = known ? END_PATIENCE_MS : 0;
    setTimeout(() => {
      if (!room.live || room.view?.state.timeline !== timeline) return;
      void room.socket.command(room.roomId, { type: "track_ended", item_id: itemId }).catch(() => undefined);
    }, wait);
  }

  /** What only a video's player knows goes into the playlist, once, by somebody who may change that. */
  #describe(itemId: string, description: Description): void {
    const room = this.#room;
    setTimeout(
      () => {
        const item = room.view?.state.playlist.find((each) => each.item_id === itemId);
        const track = item === undefined ? null : described(item.track, description);
        if (track === null || !room.live || !room.mayControl || this.remote) return;
        void room.socket
          .command(room.roomId, { type: "edit", item_id: itemId, track })
          .catch(() => undefined);
      },
      room.isHost ? 0 : HOST_SAYS_MS,
    );
  }
}

function trackOf(item: Item | null): PlayerTrack | null {
  if (item === null) return null;
  const url = audioUrl(item.track);
  if (url === null) return null;
  const videoId = item.track.youtube_video_id;
  return {
    itemId: item.item_id,
    url,
    durationMs: item.track.duration_ms ?? null,
    ...(videoId ? { videoId } : {}),
  };
}

/** The sign-in goes to our own server and to nobody else. */
function fetchMedia(rest: Rest, url: string, init: RequestInit): Promise<Response> {
  const own = new URL(url, location.href).origin === location.origin;
  return own ? rest.signedFetch(url, init) : fetch(url, { ...init, credentials: "omit" });
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
