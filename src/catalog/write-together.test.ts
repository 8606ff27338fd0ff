import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../test/support/engines.ts"
import type { Database } from "../database/database.ts"

describe.each(engines)("writes that come at the same time on %s", (engine) => {
  let catalog: RunningCatalog
  let transactions = 0

  beforeAll(async () => {
    const database = await openTestDatabase(engine)
    const counting: Database = {
      ...database,
      transaction(work, options) {
        transactions += 1
        return database.transaction(work, options)
      },
    }
    catalog = await startCatalog({ database: counting })
    const properties = { n: { type: "number" } }
    await catalog.request("POST", "/v1/blueprints", {
      identifier: "thing",
      title: "T",
      schema: { properties },
    })
  })
  afterAll(() => catalog.close())

  it("share transactions; one that is refused, or only validated, leaves nothing and takes nothing along", async () => {
    const authorization = `Bearer ${await catalog.token()}`
    const before = transactions
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const kind = ["good", "refused", "validated", "unknown"][index % 4]
        const properties = { n: kind === "refused" ? "no number" : index }
        const blueprint = kind === "unknown" ? "nothing" : "thing"
        const answer = await fetch(
          `${catalog.url}/v1/blueprints/${blueprint}/entities${kind === "validated" ? "?validation_only=true" : ""}`,
          {
            method: "POST",
            headers: { authorization, "content-type": "application/json" },
            body: JSON.stringify({ identifier: `${kind}-${index}`, properties }),
          },
        )
        return answer.status
      }),
    )
    expect(statuses).toEqual(statuses.map((_, index) => [201, 422, 201, 404][index % 4]))
    const { body } = await catalog.request("GET", "/v1/blueprints/thing/entities")
    const entities = at(body, "entities") as { identifier: string }[]
    expect(entities.map(({ identifier }) => identifier).sort()).toEqual(
      Array.from({ length: 10 }, (_, index) => `good-${index * 4}`).sort(),
    )
    // 40 writes, and 20 refusals that the audit log keeps.
    expect(transactions - before).toBeLessThan(45)
    const audits = await catalog.request("GET", "/v1/audit-log?resources=entity&status=FAILURE")
    expect(at(audits.body, "audits")).toHaveLength(20)
  })
})
