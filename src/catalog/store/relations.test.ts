import { sql } from "kysely"
import { describe, expect, it, onTestFinished } from "vitest"
import { startCatalog } from "../../../test/support/catalog.ts"
import { engines, openTestDatabase } from "../../../test/support/engines.ts"
import { type EntityRecord, upsertEntityRows } from "./entities.ts"
import { insertRelations, readTargets } from "./relations.ts"
import type { CatalogTables } from "./tables.ts"

/** More than a server thinks it cheaper to look up than to read whole. */
const many = 5_000

function entityOf(index: number): EntityRecord {
  const [by, at] = ["somebody", 1]
  return {
    id: undefined,
    blueprint: "thing",
    identifier: `thing-${index}`,
    title: index % 2 ? `Thing ${index}` : null,
    icon: null,
    properties: { filler: "x".repeat(300) },
    targets: new Map(),
    createdAt: at,
    createdBy: by,
    updatedAt: at,
    updatedBy: by,
    datasource: null,
  }
}

describe.each(engines)("the targets of entities on %s", (engine) => {
  it("are found by their ids, in their order, however much else there is and however little is known of it", async () => {
    const catalog = await startCatalog({ database: await openTestDatabase(engine) })
    onTestFinished(() => catalog.close())
    const { database } = catalog
    await catalog.request("POST", "/v1/blueprints", {
      identifier: "thing",
      title: "T",
      schema: { properties: {} },
    })
    await database.transaction<CatalogTables, void>(async (tx) => {
      const things = await upsertEntityRows(
        tx,
        Array.from({ length: many }, (_, index) => entityOf(index)),
      )
      const ids = things.map(({ id }) => id)
      const next = (index: number) => ids[(index + 1) % many] ?? 0
      await insertRelations(
        tx,
        ids.flatMap((id, index) => [
          { source_id: id, relation: "next", position: 0, target_id: next(index) },
          { source_id: id, relation: "next", position: 1, target_id: id },
        ]),
      )
      const before = await readWhole(tx)
      const targets = await readTargets(tx, database.json, ids.slice(0, 20))
      expect(await readWhole(tx)).toBe(before)
      expect(targets.size).toBe(20)
      expect(targets.get(ids[0] ?? 0)?.get("next")).toEqual([
        { id: ids[1], identifier: "thing-1", title: "Thing 1" },
        { id: ids[0], identifier: "thing-0", title: null },
      ])
    })

    /** How often all entities were read one after the other in this transaction, as the server counts. */
    async function readWhole(tx: Parameters<typeof readTargets>[0]): Promise<number> {
      if (engine === "sqlite") return 0
      const { rows } = await sql<{ scans: number }>`select seq_scan as scans from pg_stat_xact_user_tables
        where schemaname = current_schema() and relname = 'catalog_entities'`.execute(tx)
      return Number(rows[0]?.scans)
    }
  })
})
