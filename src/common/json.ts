// JSON as values: their types, one stable text per value, and equality.

export type JsonPrimitive = string | number | boolean | null
export type JsonValue = JsonPrimitive | JsonValue[] | JsonObject
export type JsonObject = { [key: string]: JsonValue }

/** Whether a value is an object with keys, as opposed to null, a list or a scalar. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** The same text for equal values, whatever the order of their keys. */
export function stableStringify(value: JsonValue): string {
  if (Array.isArray(value)) return listText(value)
  return isJsonObject(value) ? objectText(value) : JSON.stringify(value)
}

// Without lists in between: this is called for every value of every entity.
function objectText(value: JsonObject): string {
  let text = "{"
  for (const name of Object.keys(value).sort()) {
    if (text.length > 1) text += ","
    text += `${JSON.stringify(name)}:${stableStringify(value[name] ?? null)}`
  }
  return `${text}}`
}

function listText(list: readonly JsonValue[]): string {
  let text = "["
  for (const item of list) {
    if (text.length > 1) text += ","
    text += stableStringify(item)
  }
  return `${text}]`
}

export function jsonEqual(left: JsonValue, right: JsonValue): boolean {
  return left === right || stableStringify(left) === stableStringify(right)
}

/** Parses JSON text; undefined where the text is not JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue // JSON.parse gives exactly these types
  } catch {
    return undefined
  }
}
