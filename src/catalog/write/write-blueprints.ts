// Blueprints created, changed, renamed and deleted, with what follows for their entities and their neighbours.
import type { Kysely } from "kysely"
import { isJsonObject, type JsonObject } from "../../common/json.ts"
import type { JsonColumns } from "../../database/json-columns.ts"
import { invalidRequest, notFound, ok, type Result, refuse, refused } from "../api-error.ts"
import { type BlueprintDefinition, completeBlueprint, mergeBlueprint } from "../rules/blueprint-definition.ts"
import { checkChange, checkReferences, violation } from "../rules/blueprint-references.ts"
import type { Check } from "../rules/json-schema.ts"
import { systemBlueprint } from "../rules/system-blueprints.ts"
import type { AuditOrigin } from "../store/audits.ts"
import type { BlueprintSet, BlueprintStore } from "../store/blueprints.ts"
import { deleteOwned, renameOwner } from "../store/documents.ts"
import { countEntities } from "../store/entities.ts"
import { deleteRelation } from "../store/relations.ts"
import type { CatalogTables } from "../store/tables.ts"

export interface BlueprintWriteDeps {
  tx: Kysely<CatalogTables>
  json: JsonColumns
  store: BlueprintStore
  set: BlueprintSet
  checkShape: Check
  author: AuditOrigin
}

export async function createBlueprint(deps: BlueprintWriteDeps, body: unknown): Promise<Result<string>> {
  const definition = checked(deps, body, undefined)
  if (!definition.ok) return definition
  await deps.store.insert(deps.tx, definition.value, deps.author)
  return ok(definition.value.identifier)
}

/** `replace`: what the body leaves out is gone. `merge`: it stays. Gives the identifier, which may be a new one. */
export async function updateBlueprint(
  deps: BlueprintWriteDeps,
  identifier: string,
  change: { body: unknown; mode: "replace" | "merge" },
): Promise<Result<string>> {
  const stored = deps.set.get(identifier)?.definition
  if (!stored) return refused(notFound("blueprint", identifier))
  if (!isJsonObject(change.body)) return refused(invalidRequest('"body" must be object'))
  const body = change.mode === "merge" ? mergeBlueprint(stored, change.body) : { identifier, ...change.body }
  const next = checked(deps, body, stored)
  if (!next.ok) return next
  const refusal = checkChange(stored, next.value)
  if (refusal) return refused(refusal)
  await deps.store.update(deps.tx, identifier, next.value, deps.author)
  if (next.value.identifier !== identifier) {
    await renameInNeighbours(deps, identifier, next.value.identifier)
    await renameOwner(deps.tx, identifier, next.value.identifier)
  }
  await forgetRemoved(deps, stored, next.value)
  return ok(next.value.identifier)
}

export async function deleteBlueprint(
  deps: BlueprintWriteDeps,
  identifier: string,
): Promise<Result<undefined>> {
  if (!deps.set.get(identifier)) return refused(notFound("blueprint", identifier))
  if (systemBlueprint(identifier))
    return refused(violation(`"${identifier}" belongs to Port and cannot be deleted`))
  const holder = holderOf(deps.set, identifier)
  if (holder !== undefined) {
    return refused(
      refuse(403, "has_dependents", `the blueprint "${holder}" has a relation to "${identifier}"`),
    )
  }
  const count = await countEntities(deps.tx, identifier)
  if (count > 0)
    return refused(refuse(403, "has_dependents", `the blueprint "${identifier}" has ${count} entities`))
  await deps.store.remove(deps.tx, identifier)
  await deleteOwned(deps.tx, identifier)
  return ok(undefined)
}

function holderOf(set: BlueprintSet, target: string): string | undefined {
  return set.definitions.find(
    (definition) =>
      definition.identifier !== target &&
      Object.values(definition.relations).some((relation) => relation.target === target),
  )?.identifier
}

function checked(
  deps: BlueprintWriteDeps,
  body: unknown,
  stored: BlueprintDefinition | undefined,
): Result<BlueprintDefinition> {
  const problem = deps.checkShape(body)
  if (problem !== undefined || !isJsonObject(body))
    return refused(invalidRequest(problem ?? '"body" must be object'))
  const definition = completeBlueprint(body)
  const taken = deps.set.get(definition.identifier)?.definition
  if (taken && definition.identifier !== stored?.identifier) {
    return refused(refuse(409, "identifier_taken", takenMessage(taken, definition)))
  }
  const refusal = checkReferences(definition, (identifier) =>
    identifier === definition.identifier ? definition : deps.set.get(identifier)?.definition,
  )
  return refusal ? refused(refusal) : ok(definition)
}

/** Two sources may want one name for different things: whoever comes second learns what is missing for it. */
function takenMessage(taken: BlueprintDefinition, wanted: BlueprintDefinition): string {
  const lacks = (what: string, before: object, after: object) => {
    const names = Object.keys(after).filter((name) => !Object.hasOwn(before, name))
    return names.length > 0 ? [`${what} ${names.map((name) => `"${name}"`).join(", ")}`] : []
  }
  const missing = [
    ...lacks("the properties", taken.schema.properties, wanted.schema.properties),
    ...lacks("the relations", taken.relations, wanted.relations),
  ]
  const exists = `the blueprint "${taken.identifier}" already exists`
  return missing.length === 0
    ? exists
    : `${exists}, without ${missing.join(" and ")} of this one: add them by PATCH`
}

/** Relations and aggregations of other blueprints follow the new name. */
async function renameInNeighbours(deps: BlueprintWriteDeps, before: string, after: string): Promise<void> {
  for (const definition of deps.set.definitions) {
    if (definition.identifier === before) continue
    const next: BlueprintDefinition = {
      ...definition,
      relations: retargeted(definition.relations, before, after),
      aggregationProperties: retargeted(
        withPathsFrom(definition.aggregationProperties, before, after),
        before,
        after,
      ),
    }
    if (JSON.stringify(next) === JSON.stringify(definition)) continue
    await deps.store.update(deps.tx, definition.identifier, next, deps.author)
  }
}

function withPathsFrom(
  parts: BlueprintDefinition["aggregationProperties"],
  before: string,
  after: string,
): BlueprintDefinition["aggregationProperties"] {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => {
      if (!Array.isArray(part.pathFilter)) return [name, part]
      const pathFilter = part.pathFilter.map((filter) =>
        isJsonObject(filter) && filter.fromBlueprint === before
          ? { ...filter, fromBlueprint: after }
          : filter,
      )
      return [name, { ...part, pathFilter }]
    }),
  )
}

function retargeted<T extends JsonObject>(
  parts: { [name: string]: T },
  before: string,
  after: string,
): { [name: string]: T } {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [
      name,
      part.target === before ? { ...part, target: after } : part,
    ]),
  )
}

/** Values of properties and relations that are gone are gone too: one of the same name later starts empty. */
async function forgetRemoved(
  deps: BlueprintWriteDeps,
  stored: BlueprintDefinition,
  next: BlueprintDefinition,
): Promise<void> {
  const properties = Object.keys(stored.schema.properties).filter(
    (name) => !Object.hasOwn(next.schema.properties, name),
  )
  for (const name of properties) {
    await deps.tx
      .updateTable("catalog_entities")
      .set({ properties: deps.json.without("properties", name) })
      .where("blueprint", "=", next.identifier)
      .execute()
  }
  for (const [name, relation] of Object.entries(stored.relations)) {
    const kept = next.relations[name]
    const itself = relation.target === stored.identifier && kept?.target === next.identifier
    if (kept && (kept.target === relation.target || itself)) continue
    await deleteRelation(deps.tx, next.identifier, name)
  }
}
