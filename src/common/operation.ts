// A route of HTTP, as its file describes it for the API page and the OpenAPI document.
import type { JsonObject } from "./json.ts"

export interface Operation {
  method: "get" | "post" | "put" | "patch" | "delete"
  /** From where its routes are mounted, with its parameters in braces. */
  path: string
  summary: string
  /** Parameters of its query, each with its meaning. */
  query?: Readonly<Record<string, string>>
  /** The shape of its body, as a JSON schema. */
  body?: JsonObject
  /** By status: what it means, and the type of its body where that is not JSON. */
  answers: Record<number, { text: string; type?: string }>
}
