// The origins of entities in the database: one row per entity and object.
import { type Kysely, sql } from "kysely"
import { batches } from "../common/concurrency.ts"
import type { Database } from "../database/database.ts"
import { type MigrationStep, migrate } from "../database/migrate.ts"
import { entityKey } from "../port/entity.ts"
import { heldEntitiesOn, prepareHeldEntities } from "./held-entities-database.ts"
import type { EntityRef } from "./known-entities.ts"
import type { EntityOrigin, OriginStore, RecordedOrigin } from "./origin-store.ts"

export interface OriginTables {
  entity_origins: {
    integration: string
    blueprint: string
    identifier: string
    kind: string
    origin_id: string
    part: string
    /** Milliseconds since the epoch; null while the object is in its list. */
    left_at: number | null
  }
}

const steps: readonly MigrationStep[] = [
  {
    name: "0001-entity-origins",
    async up(db) {
      await db.schema
        .createTable("entity_origins")
        .addColumn("integration", "text", (column) => column.notNull())
        .addColumn("blueprint", "text", (column) => column.notNull())
        .addColumn("identifier", "text", (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("origin_id", "text", (column) => column.notNull())
        .addColumn("part", "text", (column) => column.notNull())
        .addColumn("left_at", "bigint")
        .addPrimaryKeyConstraint("entity_origins_key", [
          "integration",
          "blueprint",
          "identifier",
          "kind",
          "origin_id",
        ])
        .execute()
    },
  },
  {
    name: "0002-origins-by-object",
    async up(db) {
      await db.schema
        .createIndex("entity_origins_by_object")
        .on("entity_origins")
        .columns(["integration", "kind", "origin_id"])
        .execute()
    },
  },
]

/** Rows of one statement; with six values each this stays below the engines' limits on parameters. */
const rowsAtOnce = 200

/** `integration` keeps apart what several integrations of one database remember. */
export async function openOriginStore(database: Database, integration: string): Promise<OriginStore> {
  await migrate(database, "resync", steps)
  await prepareHeldEntities(database)
  return originStoreOn(database, integration)
}

/** On a database whose tables are there; what it writes, it writes in transactions. */
export function originStoreOn(database: Database, integration: string): OriginStore {
  const db = database.kysely<OriginTables>()

  async function insertAll(origins: readonly EntityOrigin[], leftAt: number | null): Promise<void> {
    if (origins.length === 0) return
    await database.transaction<OriginTables, void>(
      async (tx) => {
        for (const group of batches(distinct(origins), rowsAtOnce))
          await insert(tx, database, { integration, group, leftAt })
      },
      { sync: "later" },
    )
  }

  const held = heldEntitiesOn(database, integration)
  return {
    remembers: true,
    held,
    // What a power cut takes of these two is recorded anew when the object is read again; where it is gone by then, the
    // next resync finds the entity in the catalog.
    async record(origins) {
      await insertAll(origins, null)
    },
    async originsOf(entities) {
      const found = new Map<string, RecordedOrigin[]>()
      for (const [blueprint, refs] of Map.groupBy(entities, (ref) => ref.blueprint)) {
        for (const group of batches(refs, rowsAtOnce)) {
          const rows = await db
            .selectFrom("entity_origins")
            .selectAll()
            .where("integration", "=", integration)
            .where("blueprint", "=", blueprint)
            .where((row) => database.json.oneOf(row.ref("identifier"), identifiersOf(group)))
            .execute()
          for (const row of rows) {
            const key = entityKey(row.blueprint, row.identifier)
            const leftAt = row.left_at === null ? undefined : Number(row.left_at)
            const origin = { part: row.part, id: row.origin_id }
            found.set(key, [...(found.get(key) ?? []), { kind: row.kind, origin, leftAt }])
          }
        }
      }
      return found
    },
    async madeOf(kinds, ids) {
      if (kinds.length === 0) return []
      const found: EntityRef[] = []
      for (const group of batches(ids, rowsAtOnce)) {
        const rows = await db
          .selectFrom("entity_origins")
          .select(["blueprint", "identifier"])
          .distinct()
          .where("integration", "=", integration)
          .where("kind", "in", kinds)
          .where((row) => database.json.oneOf(row.ref("origin_id"), group))
          .execute()
        found.push(...rows)
      }
      return [...new Map(found.map((ref) => [entityKey(ref.blueprint, ref.identifier), ref])).values()]
    },
    async objectsOf(kinds) {
      if (kinds.length === 0) return []
      const rows = await db
        .selectFrom("entity_origins")
        .select(["part", "origin_id"])
        .distinct()
        .where("integration", "=", integration)
        .where("kind", "in", kinds)
        .execute()
      return rows.map(({ part, origin_id }) => ({ part, id: origin_id }))
    },
    async markLeft(origins, at) {
      await insertAll(origins, at)
    },
    async forgetOrigins(origins) {
      await database.transaction<OriginTables, void>(async (tx) => {
        for (const one of origins) {
          await entityRows(tx, integration, one)
            .where("kind", "=", one.kind)
            .where("origin_id", "=", one.origin.id)
            .execute()
        }
      })
    },
    async forgetEntities(entities) {
      await database.transaction<OriginTables, void>(async (tx) => {
        for (const one of entities) await entityRows(tx, integration, one).execute()
      })
      // What is held of them stays: the next run so finds that they are gone, and what related to them with them.
    },
  }
}

function identifiersOf(refs: readonly EntityRef[]): string[] {
  return refs.map(({ identifier }) => identifier)
}

/** Writes only rows that change: an object still in its list costs a look, not a write. */
async function insert(
  tx: Kysely<OriginTables>,
  { json }: Database,
  {
    integration,
    group,
    leftAt,
  }: { integration: string; group: readonly EntityOrigin[]; leftAt: number | null },
): Promise<void> {
  const rows = group.map(({ blueprint, identifier, kind, origin }) => [
    blueprint,
    identifier,
    kind,
    origin.id,
    origin.part,
  ])
  const left = sql`cast(${leftAt} as bigint)`
  const isOther = leftAt === null ? sql`is not null` : sql`is null`
  await sql`insert into entity_origins (integration, blueprint, identifier, kind, origin_id, part, left_at)
    select cast(${integration} as text), each.value ->> 0, each.value ->> 1, each.value ->> 2, each.value ->> 3,
      each.value ->> 4, ${left}
    from ${json.rowsOf(rows)} where true
    on conflict (integration, blueprint, identifier, kind, origin_id)
    do update set left_at = ${left}, part = excluded.part
    where entity_origins.left_at ${isOther} or entity_origins.part <> excluded.part`.execute(tx)
}

function entityRows(tx: Kysely<OriginTables>, integration: string, { blueprint, identifier }: EntityRef) {
  return tx
    .deleteFrom("entity_origins")
    .where("integration", "=", integration)
    .where("blueprint", "=", blueprint)
    .where("identifier", "=", identifier)
}

/** One statement must not touch a row twice. */
function distinct(origins: readonly EntityOrigin[]): EntityOrigin[] {
  const byKey = new Map(
    origins.map((one) => [[one.blueprint, one.identifier, one.kind, one.origin.id].join("\u0000"), one]),
  )
  return [...byKey.values()]
}
