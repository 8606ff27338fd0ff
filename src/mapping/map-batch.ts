// A page of raw objects and one resource of the mapping: the entities, and what became of every other object.
import type { JsonObject, JsonValue } from "../common/json.ts"
import type { Resource } from "../port/app-config.ts"
import type { Entity } from "../port/entity.ts"
import { compileResource } from "./compile-resource.ts"
import { parseItems } from "./items-to-parse.ts"
import type { Jq } from "./jq.ts"
import { mapEntity, type NullLeaf } from "./map-entity.ts"
import { shortJson } from "./mapping-text.ts"
import { judgeSelector } from "./selector.ts"

/** Every `index` is that of a raw object in its page. */
export interface MappedBatch {
  entities: { entity: Entity; index: number }[]
  /** Objects none of whose items passed the selector. */
  filteredOut: number[]
  /**
   * Objects of which an item could not be mapped: what they made before must be kept. One of each reason per object;
   * other items of the same object may have given entities.
   */
  failures: { index: number; reason: string }[]
  /** Objects whose itemsToParse gave an empty list. */
  empty: number[]
  /** The fields that came out null for some entity, in the mapping's order. */
  nulls: NullField[]
}

export interface NullField {
  /** `relations.assignedTo` */
  path: string
  /** As the user wrote it. */
  expression: string
  count: number
  /** Entities of the batch. */
  of: number
  /** Identifier of the first such entity. */
  example?: string
  /** First line of the first error; absent where the expression rightly gave null or nothing. */
  error?: string
  /** The expression was stopped on some object, as it would not end. */
  quarantined?: boolean
}

/** Never rejects for what a mapping does; rejects on abort, or when jq cannot run at all. */
export async function mapBatch(
  jq: Jq,
  resource: Resource,
  page: readonly JsonObject[],
  signal?: AbortSignal,
): Promise<MappedBatch> {
  const compiled = compileResource(resource)
  const { items, empty, failures } = await parseItems(jq, resource, page, signal)
  const rows = await jq.evaluate(
    [compiled.selector.program, ...compiled.programs],
    items.map(({ raw }) => raw),
    { guarded: true, ...(signal ? { signal } : {}) },
  )
  const batch: MappedBatch = { entities: [], filteredOut: [], failures, empty, nulls: [] }
  const rejected = new Set<number>()
  const nulls = new Map<string, NullField>()
  for (const [at, { index }] of items.entries()) {
    const [selector = { kind: "none" as const }, ...cells] = rows[at] ?? []
    const selected = judgeSelector(selector, resource.query)
    if (selected.state === "rejected") {
      rejected.add(index)
      continue
    }
    const mapped = selected.state === "failed" ? { failure: selected.reason } : mapEntity(compiled, cells)
    if ("failure" in mapped) {
      failures.push({ index, reason: mapped.failure })
      continue
    }
    batch.entities.push({ entity: mapped.entity, index })
    for (const leaf of mapped.nulls) noteNull(nulls, leaf, mapped.entity.identifier)
  }
  batch.failures = distinctFailures(failures)
  batch.filteredOut = onlyRejected(rejected, batch)
  batch.nulls = compiled.leaves.flatMap(({ path }) => {
    const field = nulls.get(path)
    return field ? [{ ...field, of: batch.entities.length }] : []
  })
  return batch
}

function noteNull(
  nulls: Map<string, NullField>,
  { leaf, error, quarantined }: NullLeaf,
  identifier: JsonValue,
): void {
  const field = nulls.get(leaf.path) ?? { path: leaf.path, expression: leaf.expression, count: 0, of: 0 }
  nulls.set(leaf.path, field)
  field.count++
  field.example ??= typeof identifier === "string" ? identifier : shortJson(identifier)
  if (error !== undefined) field.error ??= error
  if (quarantined) field.quarantined = true
}

function distinctFailures(failures: MappedBatch["failures"]): MappedBatch["failures"] {
  const seen = new Set<string>()
  return failures.filter(({ index, reason }) => {
    const key = `${index} ${reason}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function onlyRejected(rejected: ReadonlySet<number>, { entities, failures }: MappedBatch): number[] {
  const others = new Set([...entities, ...failures].map(({ index }) => index))
  return [...rejected].filter((index) => !others.has(index))
}
