// What every route needs of a request: who asks, the body within its bounds, flags and lists of the query.
import type { Context } from "hono"
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../common/json.ts"
import type { Visitor } from "../common/visitor.ts"
import { ApiError, invalidRequest, refuse } from "./api-error.ts"

/** What the app knows of a request once the token is checked. */
export interface CatalogEnv {
  Variables: {
    actor: string
    /** Set where a person of the pages asks, rather than a client with a token. */
    visitor?: Visitor
    /** The entity that a refused creation was for; its path does not name it. */
    refusedEntity?: string
  }
}

export type CatalogContext = Context<CatalogEnv>

/** Port's bound on a request's body. */
const maxBodyBytes = 1024 * 1024

/** The JSON body; an absent one is undefined. Throws Port's 413 or 400. */
export async function readJson(c: CatalogContext): Promise<JsonValue | undefined> {
  const text = await readText(c)
  if (text.trim() === "") return undefined
  const value = parseStorable(text)
  if (value === undefined) throw new ApiError(refuse(400, "bad_request", "the body is not valid JSON"))
  return value
}

/** JSON whose texts both engines, and jq, can take; undefined where it is none. */
export function parseStorable(text: string): JsonValue | undefined {
  const value = parseJson(text)
  // Escapes for NUL and for halves of a surrogate pair are JSON, but no text that PostgreSQL can keep.
  return value !== undefined && /\\u(0000|[dD][89a-fA-F])/.test(text) ? storable(value) : value
}

export async function readJsonObject(c: CatalogContext): Promise<JsonObject> {
  const body = await readJson(c)
  if (isJsonObject(body)) return body
  throw new ApiError(invalidRequest('"body" must be object'))
}

async function readText(c: CatalogContext): Promise<string> {
  const declared = Number(c.req.header("content-length") ?? Number.NaN)
  if (declared > maxBodyBytes) throw tooLarge()
  if (declared >= 0) return await c.req.text() // the server reads no more than was declared
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of c.req.raw.body ?? []) {
    size += part.byteLength
    if (size > maxBodyBytes) throw tooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts).toString("utf8")
}

function tooLarge(): ApiError {
  return new ApiError(refuse(413, "bad_request", `the body is larger than ${maxBodyBytes} bytes`))
}

/** The same value as text that both engines can keep. */
export function storable(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.toWellFormed().replaceAll("\u0000", "\uFFFD")
  if (Array.isArray(value)) return value.map(storable)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [String(storable(key)), storable(member)]),
  )
}

/** True only for `true`: clients have sent other texts by mistake, which must not fail the request. */
export function flag(c: CatalogContext, name: string): boolean {
  return c.req.query(name) === "true"
}

/** A list parameter, repeated or comma-separated; undefined where it is absent. */
export function listParameter(c: CatalogContext, name: string): string[] | undefined {
  const values = [...(c.req.queries(name) ?? []), ...(c.req.queries(`${name}[]`) ?? [])]
  const items = values.flatMap((value) => value.split(",")).filter((item) => item !== "")
  return items.length > 0 ? items : undefined
}

/** A part of the path, decoded on its own: an identifier may hold an encoded slash. */
export function pathPart(c: CatalogContext, name: string): string {
  const part = c.req.param(name) ?? ""
  // No identifier has a NUL, and PostgreSQL would fail over it rather than find nothing.
  if (part.includes("\u0000")) throw new ApiError(refuse(404, "not_found", `${c.req.path} names nothing`))
  return part
}
