import { describe, expect, it } from "vitest"
import { silentLogger } from "../common/logger.ts"
import { openDatabase } from "../database/database.ts"
import { createJqPool } from "../mapping/jq-pool.ts"
import { createCatalog } from "./app.ts"
import { ensureCredentials } from "./credentials.ts"
import { catalogOperations } from "./operations.ts"

describe("the catalog's API page", () => {
  it("has every route and no other", async () => {
    const database = await openDatabase(":memory:")
    const jq = createJqPool({ log: silentLogger })
    const credentials = await ensureCredentials(database)
    const app = await createCatalog({ database, log: silentLogger, jq, credentials })
    await jq.close()
    await database.close()
    const routes = app.routes
      .filter(({ method }) => method !== "ALL") // middleware, and what answers 404
      .map(
        ({ method, path }) =>
          `${method} ${path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}").replace("*", "{rest}")}`,
      )
    const documented = catalogOperations.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    expect(routes.length).toBeGreaterThan(80)
    expect(documented.toSorted()).toEqual([...new Set(routes)].toSorted())
    expect(new Set(documented).size).toBe(documented.length)
  })
})
