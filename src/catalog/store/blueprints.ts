// The blueprints, all of them in memory: every request needs some, and they change seldom.
import { randomUUID } from "node:crypto"
import type { Kysely, Selectable } from "kysely"
import type { JsonObject } from "../../common/json.ts"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import type { Check } from "../rules/json-schema.ts"
import { compilePropertyCheck, defaultValues } from "../rules/property-values.ts"
import { readState, writeState } from "./state.ts"
import type { CatalogTables } from "./tables.ts"

export interface StoredBlueprint {
  definition: BlueprintDefinition
  createdAt: number
  createdBy: string
  updatedAt: number
  updatedBy: string
  /** Checks the values of an entity's properties; compiled at its first use. */
  checkProperties: Check
  defaults: JsonObject
}

/** All blueprints as they were at one moment, in the order of their creation. */
export interface BlueprintSet {
  get(identifier: string): StoredBlueprint | undefined
  all: readonly StoredBlueprint[]
  definitions: readonly BlueprintDefinition[]
  /** Relations that must have a value, with their holders: what makes an entity a dependent. */
  required: readonly { blueprint: string; relation: string; target: string }[]
}

export interface BlueprintStore {
  /** The set as this connection sees it; read again only after some process changed it. */
  current(db: Kysely<CatalogTables>): Promise<BlueprintSet>
  insert(db: Kysely<CatalogTables>, definition: BlueprintDefinition, by: Author): Promise<void>
  /** Entities follow a new identifier. */
  update(db: Kysely<CatalogTables>, identifier: string, next: BlueprintDefinition, by: Author): Promise<void>
  remove(db: Kysely<CatalogTables>, identifier: string): Promise<void>
}

export interface Author {
  actor: string
  now: number
}

const versionKey = "blueprints.version"

export function createBlueprintStore(): BlueprintStore {
  let cached: { version: string; set: BlueprintSet; rows: Map<string, Known> } | undefined

  return {
    async current(db) {
      const version = (await readState(db, versionKey)) ?? ""
      if (cached?.version === version) return cached.set
      const rows = await db
        .selectFrom("catalog_blueprints")
        .selectAll()
        .orderBy("created_at")
        .orderBy("identifier")
        .execute()
      const known = cached?.rows
      const parsed = new Map(rows.map((row) => [row.identifier, knownOf(row, known?.get(row.identifier))]))
      cached = { version, rows: parsed, set: createSet([...parsed.values()].map((one) => one.blueprint)) }
      return cached.set
    },
    async insert(db, definition, by) {
      const at = { created_at: by.now, created_by: by.actor, updated_at: by.now, updated_by: by.actor }
      await db
        .insertInto("catalog_blueprints")
        .values({ identifier: definition.identifier, definition: JSON.stringify(definition), ...at })
        .execute()
      await noteChange(db)
    },
    async update(db, identifier, next, by) {
      await db
        .updateTable("catalog_blueprints")
        .set({
          identifier: next.identifier,
          definition: JSON.stringify(next),
          updated_at: by.now,
          updated_by: by.actor,
        })
        .where("identifier", "=", identifier)
        .execute()
      await noteChange(db)
    },
    async remove(db, identifier) {
      await db.deleteFrom("catalog_blueprints").where("identifier", "=", identifier).execute()
      await noteChange(db)
    },
  }
}

/** A version no other change has had, so that one rolled back is never taken for another. */
async function noteChange(db: Kysely<CatalogTables>): Promise<void> {
  await writeState(db, versionKey, randomUUID())
}

interface Known {
  text: string
  updatedAt: number
  blueprint: StoredBlueprint
}

/** A blueprint that did not change keeps its compiled check. */
function knownOf(row: Selectable<CatalogTables["catalog_blueprints"]>, before: Known | undefined): Known {
  if (before && before.text === row.definition && before.updatedAt === row.updated_at) return before
  const definition = JSON.parse(row.definition) as BlueprintDefinition // written by this store
  let check: Check | undefined
  return {
    text: row.definition,
    updatedAt: row.updated_at,
    blueprint: {
      definition,
      createdAt: row.created_at,
      createdBy: row.created_by,
      updatedAt: row.updated_at,
      updatedBy: row.updated_by,
      checkProperties(values) {
        check ??= compilePropertyCheck(definition)
        return check(values)
      },
      defaults: defaultValues(definition),
    },
  }
}

function createSet(all: readonly StoredBlueprint[]): BlueprintSet {
  const byIdentifier = new Map(all.map((blueprint) => [blueprint.definition.identifier, blueprint]))
  const definitions = all.map((blueprint) => blueprint.definition)
  return {
    all,
    definitions,
    get: (identifier) => byIdentifier.get(identifier),
    required: definitions.flatMap((definition) =>
      Object.entries(definition.relations)
        .filter(([, relation]) => relation.required)
        .map(([name, relation]) => ({
          blueprint: definition.identifier,
          relation: name,
          target: relation.target,
        })),
    ),
  }
}
