// Blueprints, entities, and the relations between entities.
import type { Kysely } from "kysely"
import type { JsonColumns } from "../../database/json-columns.ts"
import type { MigrationStep } from "../../database/migrate.ts"

export const catalogTables: MigrationStep = {
  name: "0001-tables",
  async up(db, types) {
    await createStateTables(db)
    await createBlueprints(db, types)
    await createEntities(db, types)
    await createRelations(db)
    await createMigrations(db, types)
  },
}

async function createStateTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("catalog_state")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("value", "text", (column) => column.notNull())
    .execute()
  await db.schema
    .createTable("catalog_datasources")
    .addColumn("name", "text", (column) => column.primaryKey())
    .execute()
}

async function createBlueprints(db: Kysely<unknown>, types: JsonColumns["types"]): Promise<void> {
  await db.schema
    .createTable("catalog_blueprints")
    .addColumn("identifier", "text", (column) => column.primaryKey())
    // Text on both engines: PostgreSQL's binary JSON would lose the order of the properties.
    .addColumn("definition", "text", (column) => column.notNull())
    .addColumn("created_at", types.instant, (column) => column.notNull())
    .addColumn("created_by", "text", (column) => column.notNull())
    .addColumn("updated_at", types.instant, (column) => column.notNull())
    .addColumn("updated_by", "text", (column) => column.notNull())
    .execute()
}

async function createEntities(db: Kysely<unknown>, types: JsonColumns["types"]): Promise<void> {
  await db.schema
    .createTable("catalog_entities")
    .addColumn("id", types.id)
    .addColumn("blueprint", "text", (column) =>
      // A renamed blueprint takes its entities along; one that has entities cannot be deleted.
      column.notNull().references("catalog_blueprints.identifier").onUpdate("cascade").onDelete("restrict"),
    )
    .addColumn("identifier", "text", (column) => column.notNull())
    .addColumn("title", "text")
    .addColumn("icon", "text")
    .addColumn("properties", types.json, (column) => column.notNull())
    .addColumn("created_at", types.instant, (column) => column.notNull())
    .addColumn("created_by", "text", (column) => column.notNull())
    .addColumn("updated_at", types.instant, (column) => column.notNull())
    .addColumn("updated_by", "text", (column) => column.notNull())
    .addColumn("datasource", "text")
    .addUniqueConstraint("catalog_entities_key", ["blueprint", "identifier"])
    .execute()
  await createIndex(db, "catalog_entities", ["blueprint", "id"])
  await createIndex(db, "catalog_entities", ["datasource", "id"])
}

async function createRelations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("catalog_relations")
    .addColumn("source_id", "bigint", (column) =>
      column.notNull().references("catalog_entities.id").onDelete("cascade"),
    )
    .addColumn("relation", "text", (column) => column.notNull())
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("target_id", "bigint", (column) =>
      column.notNull().references("catalog_entities.id").onDelete("cascade"),
    )
    .addPrimaryKeyConstraint("catalog_relations_key", ["source_id", "relation", "position"])
    .execute()
  await createIndex(db, "catalog_relations", ["target_id", "relation"])
}

async function createMigrations(db: Kysely<unknown>, types: JsonColumns["types"]): Promise<void> {
  await db.schema
    .createTable("catalog_migrations")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("blueprint", "text", (column) => column.notNull())
    .addColumn("actor", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("created_at", types.instant, (column) => column.notNull())
    .addColumn("updated_at", types.instant, (column) => column.notNull())
    .execute()
}

async function createIndex(db: Kysely<unknown>, table: string, columns: string[]): Promise<void> {
  await db.schema
    .createIndex(`${table}_by_${columns.join("_")}`)
    .on(table)
    .columns(columns)
    .execute()
}
