// Pure: why an expression gave nothing for an object, as far as a plain path tells.
import { isJsonObject, type JsonObject, type JsonValue } from "../../common/json.ts"
import { nearest } from "../../common/nearest.ts"

const plainPath = /^(\.[A-Za-z_]\w*)+$/

export function whyNull(expression: string, raw: JsonObject | undefined, error: string | undefined): string {
  if (error !== undefined) return `the expression failed: ${error}`
  const text = expression.trim()
  if (!plainPath.test(text) || !raw) return "the expression gave null for this object"
  let value: JsonValue = raw
  let above = ""
  for (const key of text.slice(1).split(".")) {
    const here = above || "the object"
    if (value === null) return `${here} is null`
    if (!isJsonObject(value))
      return `${here} is ${Array.isArray(value) ? "a list" : `a ${typeof value}`}, so it has no ${key}`
    const inner: JsonValue | undefined = value[key]
    if (inner === undefined) {
      const similar = nearest(key, Object.keys(value))
      return `${here} has no key ${key}${similar === undefined ? "" : `; did you mean ${similar}?`}`
    }
    value = inner
    above = `${above}.${key}`
  }
  return `${above} is null`
}
