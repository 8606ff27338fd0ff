import { sql } from "kysely"
import { describe, expect, it, onTestFinished } from "vitest"
import { startCatalog } from "../../../test/support/catalog.ts"
import { engines, openTestDatabase } from "../../../test/support/engines.ts"
import { type EntityRecord, upsertEntityRows } from "./entities.ts"
import type { CatalogTables } from "./tables.ts"

const entityOf = (index: number, at: number): EntityRecord => ({
  id: undefined,
  blueprint: "thing",
  identifier: `thing-${index}`,
  title: "Thing",
  icon: null,
  properties: { filler: "x".repeat(300) },
  targets: new Map(),
  createdAt: at,
  createdBy: "somebody",
  updatedAt: at,
  updatedBy: "somebody",
  datasource: null,
})

describe.skipIf(!engines.includes("postgres"))("entities on postgres that are written once more", () => {
  it("need no new entry in the indexes where only the time changed, for as long as there is room", async () => {
    const catalog = await startCatalog({ database: await openTestDatabase("postgres") })
    onTestFinished(() => catalog.close())
    const thing = { identifier: "thing", title: "T", schema: { properties: {} } }
    await catalog.request("POST", "/v1/blueprints", thing)
    await catalog.database.transaction<CatalogTables, void>(async (tx) => {
      const all = (at: number) => Array.from({ length: 200 }, (_, index) => entityOf(index, at))
      await upsertEntityRows(tx, all(1))
      await upsertEntityRows(tx, all(2))
      // As the server counts in this transaction.
      const { rows } = await sql<{
        spared: number
      }>`select n_tup_hot_upd as spared from pg_stat_xact_user_tables
        where schemaname = current_schema() and relname = 'catalog_entities'`.execute(tx)
      expect(Number(rows[0]?.spared)).toBeGreaterThan(50)
    })
  })
})
