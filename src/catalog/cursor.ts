// The opaque texts that say where the next page begins: the id of the last entity seen, or in an order that was asked for,
// how many were seen.
import { ApiError, invalidRequest } from "./api-error.ts"

/** The id after which the page begins; 0 for the first. Throws a 422 for a text that we did not make. */
export function parseCursor(text: string | null | undefined, name: string): number {
  if (text === undefined || text === null || text === "") return 0
  const id = /^c([0-9a-z]+)$/.exec(Buffer.from(text, "base64url").toString("latin1"))?.[1]
  if (id === undefined)
    throw new ApiError(invalidRequest(`"${name}" must be the "next" of an earlier answer`))
  return Number.parseInt(id, 36)
}

export function writeCursor(id: number | undefined): string | null {
  return id === undefined ? null : Buffer.from(`c${id.toString(36)}`, "latin1").toString("base64url")
}

/** How many of the front were seen; 0 for the first page. Throws a 422 for a text that we did not make. */
export function parseOffset(text: string | null | undefined, name: string): number {
  if (text === undefined || text === null || text === "") return 0
  const count = /^o([0-9a-z]{1,9})$/.exec(Buffer.from(text, "base64url").toString("latin1"))?.[1]
  if (count === undefined)
    throw new ApiError(
      invalidRequest(`"${name}" must be the "next" of an earlier answer to the same question`),
    )
  return Number.parseInt(count, 36)
}

export function writeOffset(count: number): string {
  return Buffer.from(`o${count.toString(36)}`, "latin1").toString("base64url")
}
