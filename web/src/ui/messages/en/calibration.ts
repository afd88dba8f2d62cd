/** What a person reads about tuning a device. */

export const calibration = {
  title: "Tune this device",
  open: "Tune this device…",
  hint: "Wireless headphones and some loudspeakers sound later than this device knows. Tell it by how much, and it plays that much earlier.",
  value: "Plays ahead by",
  ms: (n: number) => `${n > 0 ? "+" : n < 0 ? "−" : ""}${Math.abs(n)} ms`,
  earlier: (n: number) => `${n} ms earlier`,
  later: (n: number) => `${n} ms later`,
  earlierGroup: "I sound late",
  laterGroup: "I sound early",
  changed: (ms: string) => `Plays ahead by ${ms}`,
  reset: "Reset to 0",
  kept: "Remembered for this device.",
  clicks: "Clicks",
  clicksHint:
    "Every device clicks at the same moment. Put two side by side and change one until the clicks are one.",
  start: "Start clicks",
  stop: "Stop clicks",
  wait: "Getting in step…",
  hushed: "The music is silent on this device while it clicks.",
  tap: "Tap along",
  tapHint: "Tap here with each click",
  more: (n: number) => (n === 1 ? "One more tap" : `${n} more taps`),
  result: (late: number, sure: number) =>
    `You tap ${Math.abs(late)} ms ${late < 0 ? "before" : "after"} the click, give or take ${sure} ms.`,
  resultOf: (used: number, all: number) => `From ${used} of ${all} taps.`,
  honest:
    "This measures the loudspeaker, your finger and this screen together: most people tap a little early, and touch screens answer late. Take it as a first guess, and finish by ear.",
  use: (ms: string) => `Use ${ms}`,
  again: "Tap again",
  none: "This browser offers no audio output.",
};
