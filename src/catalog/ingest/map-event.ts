// One event through one mapping: the entities it names, and what became of every other item.
import type { JsonObject } from "../../common/json.ts"
import { parseItems } from "../../mapping/items-to-parse.ts"
import type { Cell, Jq } from "../../mapping/jq.ts"
import { mapEntity } from "../../mapping/map-entity.ts"
import type { Entity } from "../../port/entity.ts"
import type { WebhookMapping } from "../rules/webhook-definition.ts"
import { type CompiledMapping, compileMapping } from "./compile-mapping.ts"

/** What jq sees; with `itemsToParse` each item stands beside these as `item`. */
export interface EventInput extends JsonObject {
  headers: JsonObject
  body: JsonObject[string]
  queryParams: JsonObject
}

export type MappedEvent =
  | { problem: string }
  | {
      items: number
      filteredOut: number
      entities: Entity[]
      /** Why an item names no entity. */
      skipped: string[]
      notes: string[]
    }

/** Port's bound; the rest is passed over. */
const mostItems = 500

/** Never rejects for what a mapping does; rejects on abort, or when jq cannot run at all. */
export async function mapEvent(
  jq: Jq,
  mapping: WebhookMapping,
  input: EventInput,
  signal: AbortSignal,
): Promise<MappedEvent> {
  const compiled = await compileMapping(jq, mapping)
  if ("problem" in compiled) return compiled
  const { items, failures } = await parseItems(jq, itemsOptions(compiled), [input], signal)
  const taken = items.slice(0, mostItems)
  const rows = await jq.evaluate(
    [compiled.selector.program, ...compiled.programs],
    taken.map(({ raw }) => raw),
    { guarded: true, signal },
  )
  const mapped = { items: taken.length, filteredOut: 0, entities: [] as Entity[] }
  const skipped = failures.map(({ reason }) => reason)
  const notes = new Set<string>()
  if (items.length > taken.length)
    notes.add(`only the first ${mostItems} of ${items.length} items were taken`)
  for (const [filter, ...cells] of rows) {
    if (filter?.kind !== "value" || filter.value !== true) {
      // Stopped, rather than failed by itself: nobody knows what it would have said.
      if (filter?.kind === "error" && filter.quarantined) return { problem: `filter: ${filter.message}` }
      mapped.filteredOut++
      if (filter?.kind === "error") notes.add(`filter (${mapping.filter}) failed: ${filter.message}`)
      continue
    }
    const made = mapEntity(compiled, withTextIdentifier(compiled, cells))
    if ("failure" in made) {
      skipped.push(made.failure)
      continue
    }
    mapped.entities.push(made.entity)
    for (const { leaf, error } of made.nulls) {
      if (error !== undefined) notes.add(`${leaf.path} (${leaf.expression}) is null, as it failed: ${error}`)
    }
  }
  return { ...mapped, skipped, notes: [...notes] }
}

function itemsOptions({ itemsToParse }: CompiledMapping) {
  return { itemsToParse, itemsToParseName: "item", itemsToParseTopLevelTransform: false }
}

/** Senders give ids as numbers; an identifier is a text. */
function withTextIdentifier({ identifierCell }: CompiledMapping, cells: readonly Cell[]): readonly Cell[] {
  const cell = identifierCell === undefined ? undefined : cells[identifierCell]
  if (identifierCell === undefined || cell?.kind !== "value" || typeof cell.value !== "number") return cells
  return cells.with(identifierCell, { kind: "value", value: String(cell.value) })
}
