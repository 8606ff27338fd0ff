// The cells of one raw object folded into an entity, or why there is none.
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"
import type { Entity } from "../port/entity.ts"
import type { CompiledResource, Leaf, Template } from "./compile-resource.ts"
import type { Cell } from "./jq.ts"
import { firstLine, shortJson } from "./mapping-text.ts"

/** A leaf that came out null: without an error, with one, or stopped. */
export interface NullLeaf {
  leaf: Leaf
  error?: string
  quarantined?: boolean
}

export type MappedEntity = { entity: Entity; nulls: NullLeaf[] } | { failure: string }

/** `cells` are those of `compiled.programs`, for one object. */
export function mapEntity(compiled: CompiledResource, cells: readonly Cell[]): MappedEntity {
  const nulls: NullLeaf[] = []
  const parts: JsonObject = {}
  for (const [part, template] of compiled.parts) {
    const before = nulls.length
    const value = fold(template, compiled, cells, nulls)
    if (part === "identifier" || part === "blueprint") {
      const failure = unusable(part, value, nulls.slice(before), compiled)
      if (failure) return { failure }
    }
    parts[part] = value
  }
  // Identifier and blueprint are parts of every mapping and have been checked; `properties` and `relations` are
  // groups, so that they fold into objects.
  return { entity: parts as JsonObject & Entity, nulls }
}

function fold(
  template: Template,
  compiled: CompiledResource,
  cells: readonly Cell[],
  nulls: NullLeaf[],
): JsonValue {
  if (typeof template === "number") return foldLeaf(template, compiled, cells, nulls)
  if ("items" in template) return template.items.map((item) => fold(item, compiled, cells, nulls))
  const group: JsonObject = {}
  for (const [key, inner] of template.entries) setOwn(group, key, fold(inner, compiled, cells, nulls))
  return group
}

/** Whatever key the user chose becomes a property of its own, `__proto__` too. */
function setOwn(group: JsonObject, key: string, value: JsonValue): void {
  if (key !== "__proto__") group[key] = value
  else Object.defineProperty(group, key, { value, enumerable: true, configurable: true, writable: true })
}

function foldLeaf(
  position: number,
  compiled: CompiledResource,
  cells: readonly Cell[],
  nulls: NullLeaf[],
): JsonValue {
  const leaf = compiled.leaves[position]
  const cell = cells[compiled.programOf[position] ?? -1]
  if (cell?.kind === "value" && cell.value !== null) return cell.value
  if (!leaf) return null
  const problem: NullLeaf = { leaf }
  if (cell?.kind === "error") {
    problem.error = firstLine(cell.message)
    if (cell.quarantined) problem.quarantined = true
  }
  nulls.push(problem)
  return null
}

// The original drops such an entity; here the object is a failure, so that what it made before is kept.
function unusable(
  part: "identifier" | "blueprint",
  value: JsonValue,
  nulls: readonly NullLeaf[],
  compiled: CompiledResource,
): string | undefined {
  const failed = nulls.find(({ error }) => error !== undefined)
  if (failed) return `${failed.leaf.path} (${failed.leaf.expression}) failed: ${failed.error}`
  const expression = compiled.leaves.find(({ path }) => path === part)?.expression
  const where = expression === undefined ? part : `${part} (${expression})`
  if (isEmpty(value)) return `${where} gave ${shortJson(value)}`
  if (part === "blueprint" && typeof value !== "string")
    return `${where} gave ${shortJson(value)}, not a text`
  return undefined
}

function isEmpty(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (isJsonObject(value)) return Object.keys(value).length === 0
  return !value
}
