// One raw object that stands for many: a copy per item of a list in it, before selector and mapping.
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"
import type { Resource } from "../port/app-config.ts"
import type { Cell, Jq } from "./jq.ts"
import { firstLine, shortJson } from "./mapping-text.ts"
import { rewriteQuotes } from "./ocean-quotes.ts"

export interface ParsedItems {
  /** What is to be mapped; `index` is that of the raw object in its page. */
  items: { index: number; raw: JsonValue }[]
  /** Objects whose list was empty. */
  empty: number[]
  failures: { index: number; reason: string }[]
}

type ItemsOptions = Pick<Resource, "itemsToParse" | "itemsToParseName" | "itemsToParseTopLevelTransform">

export async function parseItems(
  jq: Jq,
  options: ItemsOptions,
  page: readonly JsonObject[],
  signal?: AbortSignal,
): Promise<ParsedItems> {
  const { itemsToParse, itemsToParseName: name } = options
  if (itemsToParse === undefined) {
    return { items: page.map((raw, index) => ({ index, raw })), empty: [], failures: [] }
  }
  const program = rewriteQuotes(itemsToParse)
  const path = options.itemsToParseTopLevelTransform ? pathToCut(program) : undefined
  if (options.itemsToParseTopLevelTransform && path === undefined) {
    return {
      items: [],
      empty: [],
      failures: page.map((_, index) => ({ index, reason: noPath(itemsToParse) })),
    }
  }
  const keys = path === undefined ? undefined : plainKeys(path)
  const programs = path === undefined || keys ? [program] : [program, `del(${path})`]
  const rows = await jq.evaluate(programs, page, signal ? { signal } : {})
  const parsed: ParsedItems = { items: [], empty: [], failures: [] }
  for (const [index, raw] of page.entries()) {
    const [listCell, restCell] = rows[index] ?? []
    const list = listOf(listCell, itemsToParse)
    const rest = keys ? cut(raw, keys) : path === undefined ? raw : objectOf(restCell)
    if ("failure" in list) parsed.failures.push({ index, reason: list.failure })
    else if (!rest)
      parsed.failures.push({ index, reason: `itemsToParse: cannot cut ${path} from the object` })
    else if (list.items.length === 0) parsed.empty.push(index)
    else for (const item of list.items) parsed.items.push({ index, raw: { ...rest, [name]: item } })
  }
  return parsed
}

/**
 * The path that holds the list, as the original reads it from the expression: the first plain path, passing over
 * `. as $x`, `.` and variables, inside one pair of parentheses. Undefined where there is none.
 */
export function pathToCut(expression: string): string | undefined {
  const text = expression.trim()
  const chain = text.startsWith("(") ? /^\((.*?)\)/s.exec(text)?.[1] : text
  for (const part of (chain ?? "").split("|").map((segment) => segment.trim())) {
    if (part === "." || part.startsWith("$") || /^\.\s+as\s+\$\w+/.test(part)) continue
    const path = /^(\.\w+|\.\[[^\]]+\])(\.\w+|\[[^\]]+\])*/.exec(part)
    if (path) return path[0]
  }
  return undefined
}

// `.a.b` as keys: what can be cut here, without sending the object through jq and back.
function plainKeys(path: string): string[] | undefined {
  return /^(\.[A-Za-z_]\w*)+$/.test(path) ? path.slice(1).split(".") : undefined
}

// A copy without the path, as jq's `del`: what is absent or null is no error, a scalar or a list on the way is one.
function cut(raw: JsonObject, [key = "", ...below]: readonly string[]): JsonObject | undefined {
  if (!Object.hasOwn(raw, key)) return raw
  if (below.length === 0) {
    const { [key]: _, ...rest } = raw
    return rest
  }
  const value = raw[key] ?? null
  if (value === null) return raw
  const inner = isJsonObject(value) ? cut(value, below) : undefined
  return inner && { ...raw, [key]: inner }
}

function listOf(cell: Cell | undefined, expression: string): { items: JsonValue[] } | { failure: string } {
  if (cell?.kind === "value" && Array.isArray(cell.value)) return { items: cell.value }
  if (cell?.kind === "error")
    return { failure: `itemsToParse (${expression}) failed: ${firstLine(cell.message)}` }
  const what = cell?.kind === "value" ? shortJson(cell.value) : "no output"
  return { failure: `itemsToParse (${expression}) gave ${what}, where a list is needed` }
}

function objectOf(cell: Cell | undefined): JsonObject | undefined {
  return cell?.kind === "value" && isJsonObject(cell.value) ? cell.value : undefined
}

function noPath(expression: string): string {
  return `itemsToParse (${expression}) names no plain path to cut from the object; set itemsToParseTopLevelTransform to false`
}
