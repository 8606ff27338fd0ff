// Reading a webhook's body, of which nothing is sure.
import { isJsonObject, type JsonObject, type JsonValue } from "../../common/json.ts"

/** An id as text: old servers send numbers, newer ones text. */
export function idText(value: JsonValue | undefined): string | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value)
  return typeof value === "string" && value !== "" ? value.slice(0, 100) : undefined
}

/** The object under a key; an empty one where there is none. */
export function objectAt(value: JsonObject, key: string): JsonObject {
  const member = value[key]
  return isJsonObject(member) ? member : {}
}
