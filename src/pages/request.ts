// What the pages' routes read of a request.
import type { z } from "zod"
import { parseJson } from "../common/json.ts"
import type { PagesContext } from "./guard.ts"
import { PageError, wrongRequest } from "./page-error.ts"

/** A mapping is the largest thing that is sent. */
const maxBodyBytes = 2 * 1024 * 1024

/** Throws a `PageError` where the body does not fit; an absent one counts as `{}`. */
export async function readBody<T>(c: PagesContext, schema: z.ZodType<T>): Promise<T> {
  const bytes = await limitedBody(c)
  const text = new TextDecoder().decode(bytes)
  const value = text.trim() === "" ? {} : parseJson(text)
  if (value === undefined) throw new PageError(400, "bad_request", "the body is not valid JSON")
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = ["body", ...(issue?.path ?? []).map(String)].join(".")
  throw wrongRequest({ where, what: issue?.message ?? "does not fit" })
}

async function limitedBody(c: PagesContext): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of c.req.raw.body ?? []) {
    size += part.byteLength
    if (size > maxBodyBytes)
      throw new PageError(413, "too_large", `the body is larger than ${maxBodyBytes} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}
/** A whole number of the query within its bounds; the default where it is absent. */
export function wholeNumber(
  c: PagesContext,
  name: string,
  { min, max, otherwise }: { min: number; max: number; otherwise: number },
): number {
  const text = c.req.query(name)
  if (text === undefined || text === "") return otherwise
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw wrongRequest({ where: name, what: `must be a whole number from ${min} to ${max}` })
}

/** A text of the query, as both engines can compare it; undefined where it is absent or empty. */
export function queryText(c: PagesContext, name: string): string | undefined {
  const text = c.req.query(name)?.replaceAll("\u0000", "\uFFFD")
  return text === "" ? undefined : text
}
