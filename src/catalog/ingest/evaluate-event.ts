// What an event would come to by some mappings: all is done as for one that came, and then taken back.
import type { Database } from "../../database/database.ts"
import type { Jq } from "../../mapping/jq.ts"
import type { Entity } from "../../port/entity.ts"
import type { WebhookMapping } from "../rules/webhook-definition.ts"
import type { MappingOutcome } from "../rules/webhook-event.ts"
import type { BlueprintStore } from "../store/blueprints.ts"
import type { CatalogTables } from "../store/tables.ts"
import type { Writer } from "../write/upsert-entities.ts"
import { applyEvent } from "./apply-event.ts"
import { type EventInput, type MappedEvent, mapEvent } from "./map-event.ts"

export interface EvaluatedMapping extends MappingOutcome {
  /** The entities as the mapping makes them, before the catalog has judged them. */
  mapped: Entity[]
}

export async function evaluateEvent(
  deps: { database: Database; blueprints: BlueprintStore; jq: Jq; writer: Writer },
  { mappings, input }: { mappings: readonly WebhookMapping[]; input: EventInput },
  signal: AbortSignal,
): Promise<EvaluatedMapping[]> {
  const { database, blueprints, jq, writer } = deps
  const mapped: MappedEvent[] = []
  for (const mapping of mappings) mapped.push(await mapEvent(jq, mapping, input, signal))
  const outcomes = await takenBack(database, async (tx) => {
    const set = await blueprints.current(tx)
    return await applyEvent({ tx, json: database.json, blueprints: set, writer }, mappings, mapped)
  })
  return outcomes.map((outcome) => {
    const made = mapped[outcome.index]
    return { ...outcome, mapped: made && "entities" in made ? made.entities : [] }
  })
}

/** Runs work in a transaction that is never committed. */
async function takenBack<T>(
  database: Database,
  work: (tx: Parameters<BlueprintStore["current"]>[0]) => Promise<T>,
): Promise<T> {
  const done = new Set<T>()
  const takeBack = new Error("taken back")
  try {
    await database.transaction<CatalogTables, never>(
      async (tx) => {
        done.add(await work(tx))
        throw takeBack
      },
      { lock: "catalog" },
    )
  } catch (error) {
    if (error !== takeBack) throw error
  }
  const [result] = done
  if (result === undefined) throw new Error("a transaction ended without its work")
  return result
}
