// Pure: jq's functions that take values and give one value, where JavaScript is proved to give the same.
import type { JsonValue } from "../common/json.ts"
import {
  asList,
  asPlainText,
  asText,
  compareTexts,
  isTruthy,
  itemsOf,
  joinTexts,
  keysOf,
  leaveToJq,
  ofRightType,
  plus,
  toText,
  typeOf,
  valueAt,
} from "./jq-operations.ts"

/** Of the input alone. */
export const plainFunctions: ReadonlyMap<string, (input: JsonValue) => JsonValue> = new Map<
  string,
  (input: JsonValue) => JsonValue
>([
  ["add", (input) => asList(input).reduce(plus, null)],
  ["all", (input) => values(input).every(isTruthy)],
  ["any", (input) => values(input).some(isTruthy)],
  ["ascii_downcase", (input) => asText(input).replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())],
  ["ascii_upcase", (input) => asText(input).replace(/[a-z]+/g, (letters) => letters.toUpperCase())],
  ["first", (input) => ofRightType(valueAt(input, 0))],
  ["keys", sortedKeys],
  ["last", (input) => ofRightType(valueAt(input, -1))],
  ["length", lengthOf],
  ["not", (input) => !isTruthy(input)],
  ["to_entries", entriesOf],
  ["tonumber", toNumber],
  ["tostring", toText],
  ["type", typeOf],
])

/** Of the input and one argument. */
export const functionsOfOne: ReadonlyMap<string, FunctionOfOne> = new Map<string, FunctionOfOne>([
  ["contains", (input, part) => asText(input).includes(asText(part))],
  ["endswith", (input, end) => asText(input).endsWith(asText(end))],
  ["has", hasKey],
  ["join", join],
  ["ltrimstr", (input, start) => trimmed(asText(input), asText(start), "start")],
  ["rtrimstr", (input, end) => trimmed(asText(input), asText(end), "end")],
  ["split", split],
  ["startswith", (input, start) => asText(input).startsWith(asText(start))],
])

type FunctionOfOne = (input: JsonValue, argument: JsonValue) => JsonValue

function values(input: JsonValue): JsonValue[] {
  return itemsOf(input) ?? leaveToJq()
}

function sortedKeys(input: JsonValue): string[] {
  return keysOf(input).map(asPlainText).sort(compareTexts)
}

function lengthOf(input: JsonValue): number {
  if (input === null) return 0
  if (typeof input === "string") return asPlainText(input).length
  return Array.isArray(input) ? input.length : keysOf(input).length
}

function entriesOf(input: JsonValue): JsonValue {
  const keys = keysOf(input)
  const items = values(input)
  return keys.map((key, at) => ({ key, value: items[at] ?? null }))
}

/** Whole numbers as one would write them; jq takes more, and keeps how they were written. */
function toNumber(input: JsonValue): number {
  if (typeof input === "number") return input
  return typeof input === "string" && /^(?:0|-?[1-9]\d{0,14})$/.test(input) ? Number(input) : leaveToJq()
}

function hasKey(input: JsonValue, key: JsonValue): boolean {
  if (Array.isArray(input) && Number.isSafeInteger(key)) return Number(key) >= 0 && Number(key) < input.length
  const keys = keysOf(input)
  return typeof key === "string" && valueAt(input, key) !== undefined ? keys.includes(key) : leaveToJq()
}

function join(input: JsonValue, between: JsonValue): string {
  const separator = asText(between)
  const texts = asList(input).map((item) => (item === null ? "" : toText(item)))
  return texts.reduce((all, text, at) => joinTexts(at === 0 ? "" : joinTexts(all, separator), text), "")
}

function trimmed(text: string, part: string, where: "start" | "end"): string {
  if (part === "") return text
  if (where === "start") return text.startsWith(part) ? text.slice(part.length) : text
  return text.endsWith(part) ? text.slice(0, -part.length) : text
}

function split(input: JsonValue, between: JsonValue): string[] {
  const text = asText(input)
  const separator = asText(between)
  if (text === "") return []
  return separator === "" ? [...text] : text.split(separator)
}
