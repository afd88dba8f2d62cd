/** An attachment that takes files dropped onto an element. */
import type { Attachment } from "svelte/attachments";

interface Target {
  /** Files hover above, or do so no more. */
  readonly hover: (over: boolean) => void;
  readonly take: (files: FileList) => void;
}

export function takesFiles({ hover, take }: Target): Attachment<HTMLElement> {
  const files = (event: DragEvent) =>
    event.dataTransfer?.types.includes("Files") ? event.dataTransfer.files : null;
  const over = (event: DragEvent) => {
    if (files(event) === null) return;
    event.preventDefault();
    hover(true);
  };
  const leave = () => hover(false);
  const drop = (event: DragEvent) => {
    const dropped = files(event);
    if (dropped === null) return;
    event.preventDefault();
    hover(false);
    take(dropped);
  };
  return (element) => {
    element.addEventListener("dragover", over);
    element.addEventListener("dragleave", leave);
    element.addEventListener("drop", drop);
    return () => {
      element.removeEventListener("dragover", over);
      element.removeEventListener("dragleave", leave);
      element.removeEventListener("drop", drop);
    };
  };
}
