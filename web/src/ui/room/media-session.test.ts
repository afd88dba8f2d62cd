import { beforeEach, expect, it, type Mock, vi } from "vitest";
import { type MediaActions, MediaControls, type Shown } from "./media-session";
import { item } from "./testkit";

const handlers = new Map<string, MediaSessionActionHandler>();
let session: MediaSession;
let actions: { [Name in keyof MediaActions]: Mock<MediaActions[Name]> };
let played: number;

class Metadata {
  constructor(readonly said: MediaMetadataInit) {}
}

function shown(more: Partial<Shown> = {}): Shown {
  const { track } = item(1, { artwork_url: "/api/v1/media/media_1/cover" });
  return { track, room: "Kitchen", playing: true, positionMs: 15_000, controls: true, ...more };
}

beforeEach(() => {
  handlers.clear();
  played = 0;
  vi.stubGlobal("MediaMetadata", Metadata);
  vi.spyOn(HTMLMediaElement.prototype, "play").mockImplementation(async () => {
    played += 1;
  });
  session = {
    metadata: null,
    playbackState: "none",
    setPositionState: vi.fn(),
    setActionHandler: (action: string, handler: MediaSessionActionHandler | null) => {
      if (action === "seekto") throw new TypeError("unknown to this browser");
      if (handler === null) handlers.delete(action);
      else handlers.set(action, handler);
    },
  } as unknown as MediaSession;
  actions = {
    play: vi.fn(),
    pause: vi.fn(),
    next: vi.fn(),
    previous: vi.fn(),
    seekTo: vi.fn(),
    seekBy: vi.fn(),
  };
});

it("says what plays, with its picture and its place", () => {
  new MediaControls(session, actions).show(shown());
  expect((session.metadata as unknown as Metadata).said).toEqual({
    title: "Song 1",
    artist: "Ana",
    album: "Kitchen",
    artwork: [{ src: `${location.origin}/api/v1/media/media_1/cover` }],
  });
  expect(session.playbackState).toBe("playing");
  expect(session.setPositionState).toHaveBeenLastCalledWith({ duration: 60, position: 15, playbackRate: 1 });
  expect(played).toBe(1);
});

it("offers a host everything, and passes it on", () => {
  new MediaControls(session, actions).show(shown());
  const press = (action: string, details = {}) => handlers.get(action)?.({ action, ...details } as never);
  press("pause");
  press("nexttrack");
  press("seekbackward", { seekOffset: 5 });
  press("seekforward");
  expect(actions.pause).toHaveBeenCalledOnce();
  expect(actions.next).toHaveBeenCalledOnce();
  expect(actions.seekBy.mock.calls).toEqual([[-5_000], [10_000]]);
});

it("leaves a guest the buttons of the own device only", () => {
  const controls = new MediaControls(session, actions);
  controls.show(shown());
  controls.show(shown({ controls: false }));
  expect([...handlers.keys()]).toEqual(["play", "pause"]);
});

it("is gone where nothing plays, and when the room is left", () => {
  const controls = new MediaControls(session, actions);
  controls.show(shown());
  controls.show(shown({ track: null }));
  expect([session.metadata, session.playbackState, handlers.size]).toEqual([null, "none", 0]);
  controls.show(shown());
  controls.dispose();
  expect([session.metadata, session.playbackState, handlers.size]).toEqual([null, "none", 0]);
});
