/** Decoded audio of one track, whole or in pieces that overlap a little. Positions are seconds within the track. */

export interface Piece {
  readonly buffer: AudioBuffer;
  /** Position of the buffer's first frame. */
  readonly fromS: number;
  /** Where the next piece should take over, or null for the last one. The buffer reaches a little further. */
  readonly joinS: number | null;
}

export interface Pcm {
  readonly durationS: number;
  /** The piece to play from a position, or null while it is not decoded yet; asking for it gets it decoded. */
  pieceAt(positionS: number): Piece | null;
  /** Lets go of everything, for good. */
  release(): void;
}

/** A track decoded in one go. */
export function wholePcm(buffer: AudioBuffer): Pcm {
  const piece = { buffer, fromS: 0, joinS: null };
  return { durationS: buffer.duration, pieceAt: () => piece, release: () => undefined };
}
