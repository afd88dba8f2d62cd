/** Whether a key pressed there belongs to what has the focus, rather than to the room. */

const TYPING = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const WORKING = `${TYPING}, input, button, a, summary, [role=button], dialog`;

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TYPING) !== null;
}

export function isWorking(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(WORKING) !== null;
}
