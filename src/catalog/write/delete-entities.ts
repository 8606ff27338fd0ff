// Deleting entities, with those that cannot be without them.
import { type Kysely, type SqlBool, sql } from "kysely"
import type { JsonColumns } from "../../database/json-columns.ts"
import { ok, type Result, refuse, refused } from "../api-error.ts"
import { auditedEntity } from "../rules/audited.ts"
import { type AuditOrigin, appendAudits } from "../store/audits.ts"
import type { BlueprintSet } from "../store/blueprints.ts"
import {
  deleteEntityRows,
  type EntityRecord,
  readEntitiesById,
  readEntityKeys,
  readEntityPage,
} from "../store/entities.ts"
import { readHolders } from "../store/relations.ts"
import type { CatalogTables } from "../store/tables.ts"

export interface DeleteDeps {
  tx: Kysely<CatalogTables>
  json: JsonColumns
  blueprints: BlueprintSet
  writer: AuditOrigin
}

export interface DeleteRequest {
  blueprint: string
  identifiers: readonly string[]
  /** False: refuse, and delete nothing, when another entity has one of these as a required relation. */
  deleteDependents: boolean
}

/** The identifiers that were there and are gone, in the order asked. Optional relations to them are emptied. */
export async function deleteEntities(deps: DeleteDeps, request: DeleteRequest): Promise<Result<string[]>> {
  const wanted = new Map([[request.blueprint, request.identifiers]])
  const found = await readEntityKeys(deps.tx, deps.json, wanted)
  const doomed = new Set(found.map((entity) => entity.id))
  for (let frontier = [...doomed]; frontier.length > 0; ) {
    const holders = await readHolders(deps.tx, deps.json, frontier, deps.blueprints.required)
    const dependents = holders.filter((holder) => !doomed.has(holder.id))
    const [first] = dependents
    if (first && !request.deleteDependents) {
      const holder = `"${first.identifier}" of the blueprint "${first.blueprint}"`
      return refused(
        refuse(
          403,
          "has_dependents",
          `${holder} depends on it through its required relation "${first.relation}"`,
        ),
      )
    }
    frontier = [...new Set(dependents.map((dependent) => dependent.id))]
    for (const id of frontier) doomed.add(id)
  }
  if (doomed.size > 0) {
    await auditDeleted(deps, await readEntitiesById(deps.tx, deps.json, [...doomed]))
    await deleteEntityRows(deps.tx, deps.json, [...doomed])
  }
  const gone = new Set(found.map((entity) => entity.identifier))
  return ok([...new Set(request.identifiers)].filter((identifier) => gone.has(identifier)))
}

/** Entities in memory at a time while a blueprint is emptied. */
const perRead = 500

/** Empties a blueprint; refused while another one requires its entities. */
export async function deleteAllEntities(deps: DeleteDeps, blueprint: string): Promise<Result<undefined>> {
  const holder = deps.blueprints.required.find(
    (relation) => relation.target === blueprint && relation.blueprint !== blueprint,
  )
  if (holder) {
    const what = `the required relation "${holder.relation}" of the blueprint "${holder.blueprint}"`
    return refused(refuse(403, "has_dependents", `${what} points at "${blueprint}"`))
  }
  const where = sql<SqlBool>`blueprint = ${blueprint}`
  for (let after = 0; ; ) {
    const page = await readEntityPage(deps.tx, deps.json, { where, after, limit: perRead, withTargets: true })
    await auditDeleted(deps, page)
    if (page.length < perRead) break
    after = page.at(-1)?.id ?? after
  }
  await deps.tx.deleteFrom("catalog_entities").where("blueprint", "=", blueprint).execute()
  return ok(undefined)
}

async function auditDeleted(deps: DeleteDeps, records: readonly EntityRecord[]): Promise<void> {
  const items = records.map((record) => ({
    resourceType: "entity",
    resource: record.identifier,
    blueprint: record.blueprint,
    before: auditedEntity(record, deps.blueprints.get(record.blueprint)?.definition),
    after: null,
  }))
  await appendAudits(deps.tx, deps.writer, items)
}
