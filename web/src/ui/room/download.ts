/** Hands a file to the browser, which saves it where the person wants it. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken hold of it by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A room's name as a file's: what no system takes is left out. */
export function fileName(name: string, ending: string): string {
  const plain = name
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, " ")
    .trim()
    .slice(0, 80);
  return `${plain === "" ? "playlist" : plain}.${ending}`;
}
