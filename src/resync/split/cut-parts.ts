// Pure: whether the parts of a reading are to be shared by processes, and in which pieces.
import type { ReadingParts } from "../kind.ts"
import type { OpenPart } from "./split-store.ts"

/** As many as go into one list of the third party, so that pieces cost no more requests than the whole. */
const perPiece = 25
/** Each is a row with what it came to. */
const mostPieces = 400
/** Pieces that one process has under way: lists of one piece are read one after another. */
const mostAtOnce = 3

/** Two lists are read by one process as fast as by two. */
export function isWorthSharing({ wanted }: ReadingParts, processes: number): boolean {
  return processes > 1 && wanted.length > 2 * perPiece
}

export function cutParts(
  { wanted, others }: ReadingParts,
  { reading, from }: { reading: string; from: number },
): OpenPart[] {
  const lists = Math.ceil(wanted.length / perPiece / mostPieces)
  const size = lists * perPiece
  const pieces: OpenPart[] = []
  for (let at = 0; at < wanted.length; at += size)
    pieces.push({ number: from + pieces.length, reading, parts: wanted.slice(at, at + size) })
  pieces.at(-1)?.parts.push(...others)
  return pieces
}

/** No process takes more than its share, however early it comes. */
export function piecesAtOnce(pieces: number, processes: number): number {
  return Math.max(1, Math.min(mostAtOnce, Math.floor(pieces / processes)))
}
