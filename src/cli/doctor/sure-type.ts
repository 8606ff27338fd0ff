// Pure: the type of what a jq expression gives, where its text alone leaves no doubt (null apart, which Port takes).
import type { MappingValue } from "../../port/app-config.ts"

export type SureType = "string" | "number" | "boolean" | "array" | "object"

/** Undefined wherever there is doubt. */
export function sureType(value: MappingValue): SureType | undefined {
  if (Array.isArray(value)) return "array"
  if (typeof value === "object") return "object"
  const text = value.trim()
  // Strings with interpolation stay strings; what follows the closing quote may change the type.
  if (/^"([^"\\]|\\[^(])*"$/.test(text)) return "string"
  if (/^-?\d+(\.\d+)?$/.test(text)) return "number"
  if (text === "true" || text === "false") return "boolean"
  if (isOneBracket(text, "[", "]")) return "array"
  if (isOneBracket(text, "{", "}")) return "object"
  return lastFilter(text)
}

/** From its first character to its last one and the same pair: `[.a[] | .b]`, and not `[.a] | .[0] | [.b]`. */
function isOneBracket(text: string, open: string, close: string): boolean {
  if (!text.startsWith(open) || !text.endsWith(close)) return false
  const plain = withoutStrings(text)
  let depth = 0
  for (const [at, letter] of [...plain].entries()) {
    if (letter === open) depth++
    if (letter === close) depth--
    if (depth === 0) return at === plain.length - 1
  }
  return false
}

/** Filters that give one type whatever they get, where they are the last of a plain pipe. */
function lastFilter(text: string): SureType | undefined {
  const plain = withoutStrings(text)
  if (/[,?]|\/\/|\b(if|as|reduce|foreach|def|try|and|or)\b|[-+*%<>=]/.test(plain)) return undefined
  const name = /\|\s*(\w+)\s*$/.exec(plain)?.[1]
  if (name === "tostring" || name === "ascii_downcase" || name === "ascii_upcase" || name === "tojson")
    return "string"
  if (name === "length" || name === "tonumber") return "number"
  return name === "not" ? "boolean" : undefined
}

function withoutStrings(text: string): string {
  return text.replaceAll(/"([^"\\]|\\.)*"/g, '""')
}
