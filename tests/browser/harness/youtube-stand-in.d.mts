/** For the client's own tests, which are in TypeScript. */
export interface How {
  videos?: Record<string, { title?: string; author?: string; seconds?: number; error?: number }>;
  startMs?: [number, number];
  seekMs?: [number, number];
  resumeMs?: [number, number];
  advertMs?: number;
  advertTells?: boolean;
  refuses?: boolean;
  seed?: number;
}
export interface Message {
  event: string;
  func?: string;
  args?: unknown[];
  activated?: boolean;
  data?: number;
}
export class Sim {
  constructor(tell: (message: Message) => void, how: How, now: () => number);
  truth(): { state: number; positionMs: number; moves: boolean; advert: boolean };
  stall(ms: number): void;
  advertise(ms: number): void;
  do(message: Message): void;
  inform(): void;
}
export function playerClass(
  connect: (
    frame: unknown,
    tell: (message: Message) => void,
  ) => { post(message: Message): void; tapped(): boolean; close(): void },
  how?: { delayMs?: number },
): new (
  frame: unknown,
  options: unknown,
) => never;
