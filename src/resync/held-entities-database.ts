// What the catalog held of our entities, in the database: one row for each entity.
import { sql } from "kysely"
import { isJsonObject, type JsonObject, parseJson } from "../common/json.ts"
import type { Database } from "../database/database.ts"
import { type MigrationStep, migrate } from "../database/migrate.ts"
import type { HeldEntities, HeldEntity } from "./held-entities.ts"

interface Tables {
  held_entities: {
    integration: string
    blueprint: string
    identifier: string
    /** JSON text. */
    digests: string
    /** Milliseconds since the epoch, on Port's clock. */
    written_from: number
    written_to: number
  }
  held_blueprints: {
    integration: string
    blueprint: string
    /** Milliseconds since the epoch. */
    read_at: number
  }
}

const steps: readonly MigrationStep[] = [
  {
    name: "0001-held-entities",
    async up(db, types) {
      await db.schema
        .createTable("held_entities")
        .addColumn("integration", "text", (column) => column.notNull())
        .addColumn("blueprint", "text", (column) => column.notNull())
        .addColumn("identifier", "text", (column) => column.notNull())
        .addColumn("digests", "text", (column) => column.notNull())
        .addColumn("written_from", types.instant, (column) => column.notNull())
        .addColumn("written_to", types.instant, (column) => column.notNull())
        .addPrimaryKeyConstraint("held_entities_key", ["integration", "blueprint", "identifier"])
        .execute()
      await db.schema
        .createTable("held_blueprints")
        .addColumn("integration", "text", (column) => column.notNull())
        .addColumn("blueprint", "text", (column) => column.notNull())
        .addColumn("read_at", types.instant, (column) => column.notNull())
        .addPrimaryKeyConstraint("held_blueprints_key", ["integration", "blueprint"])
        .execute()
    },
  },
]

/** Raised when digests are made in another way, so that older ones are not used. */
const format = 1

export async function prepareHeldEntities(database: Database): Promise<void> {
  await migrate(database, "held-entities", steps)
}

/** On a database that is prepared. */
export function heldEntitiesOn(database: Database, integration: string): HeldEntities {
  const db = database.kysely<Tables>()
  const scope = `${format} ${integration}`
  return {
    async of(blueprint) {
      const rows = await db
        .selectFrom("held_entities")
        .select(["identifier", "digests", "written_from", "written_to"])
        .where("integration", "=", scope)
        .where("blueprint", "=", blueprint)
        .execute()
      const read = await db
        .selectFrom("held_blueprints")
        .select("read_at")
        .where("integration", "=", scope)
        .where("blueprint", "=", blueprint)
        .executeTakeFirst()
      const entities = new Map<string, HeldEntity>()
      for (const { identifier, digests, written_from, written_to } of rows) {
        entities.set(identifier, {
          identifier,
          digests: digestsIn(digests),
          from: Number(written_from),
          to: Number(written_to),
        })
      }
      return { entities, readAt: read && Number(read.read_at) }
    },
    async noteRead(blueprint, at) {
      await database.transaction<Tables, void>(
        async (tx) => {
          await tx
            .insertInto("held_blueprints")
            .values({ integration: scope, blueprint, read_at: Math.floor(at) })
            .onConflict((conflict) =>
              conflict
                .columns(["integration", "blueprint"])
                .doUpdateSet((row) => ({ read_at: row.ref("excluded.read_at") })),
            )
            .execute()
        },
        { sync: "later" },
      )
    },
    async noteUnread(blueprint) {
      await database.transaction<Tables, void>(async (tx) => {
        await tx
          .deleteFrom("held_blueprints")
          .where("integration", "=", scope)
          .where("blueprint", "=", blueprint)
          .execute()
      })
    },
    async note(blueprint, held) {
      if (held.length === 0) return
      const latest = [...new Map(held.map((one) => [one.identifier, one])).values()]
      const rows = latest.map(({ identifier, digests, from, to }) => [
        identifier,
        JSON.stringify(digests),
        Math.floor(from),
        Math.ceil(to),
      ])
      await database.transaction<Tables, void>(
        async (tx) => {
          await sql`insert into held_entities
            (integration, blueprint, identifier, digests, written_from, written_to)
            select cast(${scope} as text), cast(${blueprint} as text), each.value ->> 0, each.value ->> 1,
              cast(each.value ->> 2 as bigint), cast(each.value ->> 3 as bigint)
            from ${database.json.rowsOf(rows)} where true
            on conflict (integration, blueprint, identifier) do update set digests = excluded.digests,
              written_from = excluded.written_from, written_to = excluded.written_to
            where excluded.written_to >= held_entities.written_from`.execute(tx)
        },
        { sync: "later" }, // what a power cut takes is read from the catalog again
      )
    },
    async forget(blueprint, identifiers) {
      await database.transaction<Tables, void>(
        async (tx) => {
          await tx
            .deleteFrom("held_entities")
            .where("integration", "=", scope)
            .where("blueprint", "=", blueprint)
            .where((row) => database.json.oneOf(row.ref("identifier"), identifiers))
            .execute()
        },
        { sync: "later" },
      )
    },
  }
}

function digestsIn(text: string): Record<string, string> {
  const parsed = parseJson(text)
  if (!isJsonObject(parsed)) return {}
  if (isOfTexts(parsed)) return parsed
  return Object.fromEntries(
    Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  )
}

function isOfTexts(value: JsonObject): value is Record<string, string> {
  for (const key of Object.keys(value)) if (typeof value[key] !== "string") return false
  return true
}
