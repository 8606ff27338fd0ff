// What the mappings made of an event, written in one transaction: entities merged or deleted, each on its own feet.
import type { Kysely } from "kysely"
import { isJsonObject, type JsonObject } from "../../common/json.ts"
import type { Database } from "../../database/database.ts"
import type { Entity } from "../../port/entity.ts"
import { notFound, type Refusal } from "../api-error.ts"
import { storable } from "../requests.ts"
import { parseEntityBody } from "../rules/entity-body.ts"
import type { WebhookMapping } from "../rules/webhook-definition.ts"
import type { EntityOutcome, MappingOutcome } from "../rules/webhook-event.ts"
import type { BlueprintSet, StoredBlueprint } from "../store/blueprints.ts"
import type { CatalogTables } from "../store/tables.ts"
import { deleteEntities } from "../write/delete-entities.ts"
import { upsertEntities, type Writer } from "../write/upsert-entities.ts"
import { WorkingSet } from "../write/working-set.ts"
import { type Operation, operationOf } from "./compile-mapping.ts"
import type { MappedEvent } from "./map-event.ts"

export interface ApplyDeps {
  tx: Kysely<CatalogTables>
  json: Database["json"]
  blueprints: BlueprintSet
  writer: Writer
}

/** One outcome per mapping, in their order. */
export async function applyEvent(
  deps: ApplyDeps,
  mappings: readonly WebhookMapping[],
  mapped: readonly MappedEvent[],
): Promise<MappingOutcome[]> {
  const outcomes: MappingOutcome[] = []
  for (const [index, mapping] of mappings.entries()) {
    const made = mapped[index] ?? { problem: "it was not worked on" }
    outcomes.push({ index, ...(await applyMapping(deps, mapping, made)) })
  }
  return outcomes
}

async function applyMapping(
  deps: ApplyDeps,
  mapping: WebhookMapping,
  mapped: MappedEvent,
): Promise<Omit<MappingOutcome, "index">> {
  const operation = operationOf(mapping.operation)
  const base = { blueprint: mapping.blueprint, operation: operation.type }
  const failed = { ...base, result: "failed" as const, items: 0, filteredOut: 0, entities: [] }
  if ("problem" in mapped) return { ...failed, error: mapped.problem }
  const counted = {
    ...base,
    items: mapped.items,
    filteredOut: mapped.filteredOut,
    ...(mapped.notes.length > 0 ? { notes: mapped.notes } : {}),
  }
  const skipped = mapped.skipped.map(
    (error): EntityOutcome => ({ identifier: null, result: "skipped", error }),
  )
  if (mapped.entities.length === 0) {
    return { ...counted, result: skipped.length > 0 ? "skipped" : "filtered", entities: skipped }
  }
  const blueprint = deps.blueprints.get(mapping.blueprint)
  const problem = blueprint
    ? misfit(blueprint, mapping, operation)
    : notFound("blueprint", mapping.blueprint).message
  if (!blueprint || problem !== undefined) {
    return {
      ...counted,
      result: "failed",
      entities: skipped,
      ...(problem === undefined ? {} : { error: problem }),
    }
  }
  const entities = await write(deps, blueprint, operation, mapped.entities)
  const hasFailed = entities.some(({ result }) => result === "failed")
  return { ...counted, result: hasFailed ? "failed" : "applied", entities: [...entities, ...skipped] }
}

/** Said once for the mapping, rather than for every entity: the blueprint is not the one that it was written for. */
function misfit(
  { definition }: StoredBlueprint,
  { entity }: WebhookMapping,
  { type }: Operation,
): string | undefined {
  if (type === "delete") return undefined
  const lacks = (what: string, wanted: object, known: object) => {
    const names = Object.keys(wanted).filter((name) => !Object.hasOwn(known, name))
    return names.length > 0 ? [`no ${what} ${names.map((name) => `"${name}"`).join(", ")}`] : []
  }
  const missing = [
    ...lacks("property", entity.properties ?? {}, definition.schema.properties),
    ...lacks("relation", entity.relations ?? {}, definition.relations),
  ]
  if (missing.length === 0) return undefined
  const name = definition.identifier
  return `the blueprint "${name}" has ${missing.join(" and ")}; add what is missing by PATCH /v1/blueprints/${encodeURIComponent(name)}, or map to a blueprint of its own`
}

async function write(
  deps: ApplyDeps,
  blueprint: StoredBlueprint,
  operation: Operation,
  entities: readonly Entity[],
): Promise<EntityOutcome[]> {
  const { tx, json, blueprints, writer } = deps
  const set = new WorkingSet({ tx, json, blueprints, writer })
  if (operation.type === "delete") return await removeAll(deps, blueprint, { set, operation, entities })
  const outcomes = await upsertEntities({ set, blueprint, writer }, entities.map(bodyOf), {
    existing: "merge",
    createMissing: true,
  })
  await set.flush()
  return outcomes.map((outcome) =>
    outcome.ok
      ? { identifier: outcome.identifier, result: outcome.created ? "created" : "updated" }
      : failure(outcome.identifier, outcome.refusal),
  )
}

/** What PostgreSQL cannot keep as text is replaced; the blueprint is named by the mapping, not by the body. */
function bodyOf(entity: Entity): JsonObject {
  const { blueprint: _, ...body } = entity
  const value = storable(body as JsonObject) // all of it came out of jq
  return isJsonObject(value) ? value : {}
}

async function removeAll(
  deps: ApplyDeps,
  blueprint: StoredBlueprint,
  work: { set: WorkingSet; operation: Operation; entities: readonly Entity[] },
): Promise<EntityOutcome[]> {
  const outcomes: EntityOutcome[] = []
  for (const entity of work.entities) {
    const found = await nameOf(work.set, blueprint.definition.identifier, bodyOf(entity))
    outcomes.push(
      "result" in found ? found : await removeOne(deps, blueprint, work.operation, found.identifier),
    )
  }
  return outcomes
}

/** The identifier of the entity to delete, which may be given as a search. */
async function nameOf(
  set: WorkingSet,
  blueprint: string,
  body: JsonObject,
): Promise<{ identifier: string } | EntityOutcome> {
  const parsed = parseEntityBody({ identifier: body.identifier ?? null })
  if (!parsed.ok) return failure(null, parsed.refusal)
  const { identifier } = parsed.value
  if (typeof identifier === "string") return { identifier }
  if (identifier === undefined) return { identifier: null, result: "skipped" }
  const found = await set.find(blueprint, identifier, 2)
  if (!found.ok) return failure(null, found.refusal)
  const [only, second] = found.value
  if (second)
    return {
      identifier: null,
      result: "failed",
      error: "the search for the identifier found several entities",
    }
  return only ? { identifier: only.identifier } : { identifier: null, result: "absent" }
}

async function removeOne(
  { tx, json, blueprints, writer }: ApplyDeps,
  blueprint: StoredBlueprint,
  { deleteDependents }: Operation,
  identifier: string,
): Promise<EntityOutcome> {
  const request = { blueprint: blueprint.definition.identifier, identifiers: [identifier], deleteDependents }
  const deleted = await deleteEntities({ tx, json, blueprints, writer }, request)
  if (!deleted.ok) return failure(identifier, deleted.refusal)
  return { identifier, result: deleted.value.length > 0 ? "deleted" : "absent" }
}

function failure(identifier: string | null, refusal: Refusal): EntityOutcome {
  return { identifier, result: "failed", error: `${refusal.code}: ${refusal.message}` }
}
