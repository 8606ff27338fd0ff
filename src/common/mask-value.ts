// Secrets out of data: what stands under a name that says so, and whatever a mask finds in texts.
import { isJsonObject, type JsonValue } from "./json.ts"

/** As a name of a key or a header. */
const secretName = /authorization|cookie|token|secret|passw(or)?d|api[-_]?key|credential|private[-_]?key/i
const masked = "[REDACTED]"

/** The same value with its secrets hidden, and how many places that were. `maskText`: as `createMask` gives it. */
export function maskValue(
  value: JsonValue,
  maskText: (text: string) => string,
): { value: JsonValue; hidden: number } {
  let hidden = 0

  function hide(one: JsonValue): JsonValue {
    if (typeof one === "string") {
      const text = maskText(one)
      if (text !== one) hidden++
      return text
    }
    if (Array.isArray(one)) return one.map(hide)
    if (!isJsonObject(one)) return one
    return Object.fromEntries(Object.entries(one).map(([key, member]) => [key, hideMember(key, member)]))
  }

  function hideMember(key: string, member: JsonValue): JsonValue {
    const isSecret = secretName.test(key) && (typeof member === "string" || Array.isArray(member))
    if (!isSecret || member.length === 0) return hide(member)
    hidden++
    return masked
  }

  return { value: hide(value), hidden }
}
