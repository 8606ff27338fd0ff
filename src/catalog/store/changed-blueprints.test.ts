import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { engines, openTestDatabase } from "../../../test/support/engines.ts"
import { changedBlueprints } from "./changed-blueprints.ts"
import type { CatalogTables } from "./tables.ts"

describe.each(engines)("what was written lately on %s", (engine) => {
  let catalog: RunningCatalog
  let now: number

  beforeEach(async () => {
    now = Date.parse("2026-03-10T12:00:00.000Z")
    const clock = { now: () => now, sleep: async () => undefined }
    catalog = await startCatalog({ database: await openTestDatabase(engine), clock })
  })
  afterEach(() => catalog.close())

  it("is told by blueprint, apart from what was written before, refused, or is neither", async () => {
    const send = (path: string, body: unknown) => catalog.request("POST", `/v1${path}`, body)
    const since = async (at: number) => {
      const found = await changedBlueprints(catalog.database.kysely<CatalogTables>(), at)
      return found.map(({ what, blueprint }) => `${what} ${blueprint}`).sort()
    }
    const begun = now
    await send("/blueprints", { identifier: "service", title: "S", schema: { properties: {} } })
    await send("/blueprints", { identifier: "team", title: "T", schema: { properties: {} } })
    now += 1_000
    for (const identifier of ["one", "two"]) await send("/blueprints/service/entities", { identifier })
    expect((await send("/blueprints/team/entities", { identifier: 5 })).status).toBe(422)
    await send("/webhooks", { title: "A hook" })
    expect(await since(begun)).toEqual(["blueprint service", "blueprint team", "entity service"])
    expect(await since(begun + 1)).toEqual(["entity service"])
    expect(await since(now + 1)).toEqual([])

    const [before] = await changedBlueprints(catalog.database.kysely<CatalogTables>(), now)
    await send("/blueprints/service/entities", { identifier: "three" })
    const [after] = await changedBlueprints(catalog.database.kysely<CatalogTables>(), now)
    expect(after?.last).toBeGreaterThan(Number(before?.last))
  })
})
