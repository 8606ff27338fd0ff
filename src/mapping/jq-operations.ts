// Pure: jq's operations on faithful values (see `isFaithful`), for those on which JavaScript is proved to give the same. For all others,
// errors included, `leaveToJq` ends the attempt and the whole expression goes to the engine.
import { isJsonObject, type JsonValue } from "../common/json.ts"

/** Thrown for whatever is not proved; there is only one of it, since making an error costs more than throwing it. */
class LeaveToJq extends Error {}
const leave = new LeaveToJq("left to jq")

export function leaveToJq(): never {
  throw leave
}

export function isLeaveToJq(error: unknown): boolean {
  return error === leave
}

/** More than this is not tried: nobody can stop an operation here, while the engine has a deadline. */
const longestList = 10_000
const longestText = 10_000

export function isTruthy(value: JsonValue): boolean {
  return value !== null && value !== false
}

export function asText(value: JsonValue): string {
  return typeof value === "string" && value.length <= longestText ? value : leaveToJq()
}

/** A text in which each character is one unit: jq counts and orders characters, JavaScript units. */
export function asPlainText(value: JsonValue): string {
  return /[\uD800-\uDFFF]/.test(asText(value)) ? leaveToJq() : asText(value)
}

export function asList(value: JsonValue): JsonValue[] {
  return Array.isArray(value) && value.length <= longestList ? value : leaveToJq()
}

/** A key that an object may be made with: jq keeps the order of keys, JavaScript puts numbers first. */
export function asNewKey(value: JsonValue): string {
  const key = asText(value)
  return /^\d+$/.test(key) || key === "__proto__" ? leaveToJq() : key
}

export function typeOf(value: JsonValue): "null" | "boolean" | "number" | "string" | "array" | "object" {
  if (value === null) return "null"
  if (Array.isArray(value)) return "array"
  const type = typeof value
  return type === "boolean" || type === "number" || type === "string" ? type : "object"
}

export function ofRightType(found: JsonValue | undefined): JsonValue {
  return found === undefined ? leaveToJq() : found
}

/** Undefined where the types do not fit, which is an error or, with `?`, no output. */
export function valueAt(value: JsonValue, key: JsonValue): JsonValue | undefined {
  if (typeof key === "string") {
    if (value === null) return null
    if (!isJsonObject(value)) return undefined
    return Object.hasOwn(value, key) ? (value[key] ?? null) : null
  }
  if (typeof key !== "number" || !Number.isSafeInteger(key)) leaveToJq()
  if (value === null) return null
  if (!Array.isArray(value)) return undefined
  return value[key < 0 ? key + value.length : key] ?? null
}

/** Undefined as in `valueAt`. */
export function sliceOf(value: JsonValue, from: number | undefined, to: number | undefined) {
  if (value === null) return null
  if (typeof value === "string") return asPlainText(value).slice(from, to)
  return Array.isArray(value) ? value.slice(from, to) : undefined
}

/** What `.[]` gives; undefined as in `valueAt`. */
export function itemsOf(value: JsonValue): JsonValue[] | undefined {
  if (Array.isArray(value)) return value
  return isJsonObject(value) ? Object.values(value) : undefined
}

/** In their order. */
export function keysOf(value: JsonValue): string[] {
  return isJsonObject(value) ? Object.keys(value) : leaveToJq()
}

export function plus(left: JsonValue, right: JsonValue): JsonValue {
  if (left === null) return right
  if (right === null) return left
  if (typeof left === "number" && typeof right === "number") return safe(asInteger(left) + asInteger(right))
  if (Array.isArray(left) && Array.isArray(right)) return asList([...asList(left), ...asList(right)])
  return joinTexts(asText(left), asText(right))
}

export function minus(left: JsonValue, right: JsonValue): JsonValue {
  return safe(asInteger(left) - asInteger(right))
}

export function joinTexts(left: string, right: string): string {
  return left.length + right.length <= longestText ? left + right : leaveToJq()
}

function asInteger(value: JsonValue): number {
  return typeof value === "number" ? safe(value) : leaveToJq()
}

function safe(value: number): number {
  return Number.isSafeInteger(value) ? value : leaveToJq()
}

/** Below zero, zero or above: jq's order of all values, as far as lists and objects are not compared. */
export function compare(left: JsonValue, right: JsonValue): number {
  const apart = rankOf(left) - rankOf(right)
  if (apart !== 0) return apart
  if (typeof left === "number" && typeof right === "number") return left - right
  if (typeof left === "string") return compareTexts(asPlainText(left), asPlainText(right))
  return typeof left === "object" && left !== null ? leaveToJq() : 0
}

/** By character, which is by unit where one is the other. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

function rankOf(value: JsonValue): number {
  if (value === true) return 2
  return { null: 0, boolean: 1, number: 3, string: 4, array: 5, object: 6 }[typeOf(value)]
}

export function isEqual(left: JsonValue, right: JsonValue, budget = { steps: longestList }): boolean {
  if (--budget.steps < 0) leaveToJq()
  const type = typeOf(left)
  if (type !== typeOf(right)) return false
  if (type === "array") {
    const items = asList(left)
    const others = asList(right)
    return (
      items.length === others.length && items.every((item, at) => isEqual(item, others[at] ?? null, budget))
    )
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return left === right
  const keys = keysOf(left)
  return (
    keys.length === keysOf(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key] ?? null, right[key] ?? null, budget))
  )
}

export function toText(value: JsonValue): string {
  if (typeof value === "string") return value
  if (typeof value === "number") return String(safe(value))
  return value === null || typeof value === "boolean" ? String(value) : leaveToJq()
}

/**
 * Whether the engine reads and writes a value as it is: no half of a surrogate pair, which it cannot read or replaces;
 * nothing that is not JSON; not nested so deeply or so large that the engine might give up. All operations here rely on it.
 */
export function isFaithful(value: JsonValue): boolean {
  return faithfulSteps(value, largestValue, deepestValue) > 0
}

const largestValue = 100_000
const deepestValue = 100

/** What is left of `steps` after a walk through the value; zero or less where it is not faithful. */
function faithfulSteps(value: JsonValue | undefined, steps: number, depth: number): number {
  if (typeof value === "string") return value.isWellFormed() ? steps - 1 : 0
  if (value === null || typeof value === "boolean") return steps - 1
  if (typeof value === "number") return Number.isFinite(value) ? steps - 1 : 0
  if (typeof value !== "object" || depth === 0) return 0 // others only in objects made by hand
  let left = steps - 1
  if (Array.isArray(value)) {
    for (const item of value) {
      left = faithfulSteps(item, left, depth - 1)
      if (left <= 0) return 0
    }
    return left
  }
  for (const key in value) {
    left = key.isWellFormed() ? faithfulSteps(value[key], left, depth - 1) : 0
    if (left <= 0) return 0
  }
  return left
}
