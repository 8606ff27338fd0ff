// What the entity routes read from a request's query, and how they open a write.
import type { Kysely } from "kysely"
import { type Catalog, requireBlueprint, writerOf } from "../catalog.ts"
import type { DeriveDeps } from "../derived/derive-deps.ts"
import type { ReadOptions } from "../derived/view-entities.ts"
import { type CatalogContext, flag, listParameter, pathPart } from "../requests.ts"
import type { BlueprintSet } from "../store/blueprints.ts"
import type { CatalogTables } from "../store/tables.ts"
import type { UpsertDeps, UpsertOptions } from "../write/upsert-entities.ts"
import { WorkingSet } from "../write/working-set.ts"

export async function openEntityWrite(
  catalog: Catalog,
  c: CatalogContext,
  tx: Kysely<CatalogTables>,
  blueprint = pathPart(c, "b"),
): Promise<UpsertDeps> {
  const blueprints = await catalog.blueprints.current(tx)
  const writer = writerOf(catalog, c)
  return {
    set: new WorkingSet({ tx, json: catalog.database.json, blueprints, writer }),
    blueprint: requireBlueprint(blueprints, blueprint),
    writer,
  }
}

export function upsertOptions(c: CatalogContext): UpsertOptions {
  const merge = flag(c, "merge") ? "merge" : "replace"
  return {
    existing: flag(c, "upsert") ? merge : "refuse",
    createMissing: flag(c, "create_missing_related_entities"),
  }
}

/** The parameters `include`, `exclude`, `attach_title_to_relation` and `exclude_calculated_properties`. */
export function readOptions(c: CatalogContext): ReadOptions {
  const include = listParameter(c, "include")
  return {
    projection: { include: include && new Set(include), exclude: new Set(listParameter(c, "exclude")) },
    relationTitles: flag(c, "attach_title_to_relation"),
    calculated: !flag(c, "exclude_calculated_properties"),
  }
}

export function deriveDeps(catalog: Catalog, c: CatalogContext, blueprints: BlueprintSet): DeriveDeps {
  const { db, jq, clock } = catalog
  const identifierWithTitle = flag(c, "attach_identifier_to_title_mirror_properties")
  return { db, json: catalog.database.json, jq, blueprints, now: clock.now(), identifierWithTitle }
}

/** Carries the result of a write that is to leave no trace out of its transaction, which it rolls back. */
class Undone<T> extends Error {
  readonly value: T

  constructor(value: T) {
    super("only validated")
    this.value = value
  }
}

/** With `dry`, the same work with the same checks, then rolled back. */
export async function dryRun<T>(
  dry: boolean,
  transaction: (finish: (value: T) => T) => Promise<T>,
): Promise<T> {
  try {
    return await transaction((value) => {
      if (dry) throw new Undone(value)
      return value
    })
  } catch (error) {
    if (error instanceof Undone) return error.value as T // made six lines above
    throw error
  }
}
