// Which blueprints, and which blueprints' entities, were written lately; the audit log has every write.
import type { Kysely } from "kysely"
import type { CatalogTables } from "./tables.ts"

export interface ChangedBlueprint {
  /** The blueprint itself, or entities of it. */
  what: "blueprint" | "entity"
  blueprint: string
  /** Grows with every change. */
  last: number
}

/** `since`: milliseconds since the epoch. */
export async function changedBlueprints(
  db: Kysely<CatalogTables>,
  since: number,
): Promise<ChangedBlueprint[]> {
  const rows = await db
    .selectFrom("catalog_audit_writes as write")
    .innerJoin("catalog_audit_items as item", "item.write_id", "write.id")
    .select(({ fn }) => [
      "item.resource_type",
      fn.coalesce("item.blueprint", "item.resource").as("blueprint"),
      fn.max("item.id").as("last"),
    ])
    .where("write.at", ">=", since)
    .where("item.status", "=", "SUCCESS")
    .where("item.resource_type", "in", ["blueprint", "entity"])
    .groupBy(({ fn }) => ["item.resource_type", fn.coalesce("item.blueprint", "item.resource")])
    .execute()
  return rows.map(({ resource_type, blueprint, last }) => ({
    what: resource_type === "entity" ? "entity" : "blueprint",
    blueprint,
    last: Number(last),
  }))
}
