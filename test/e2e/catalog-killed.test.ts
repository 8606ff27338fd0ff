// The catalog alone, killed in the middle of many writes: what it has acknowledged is there afterwards, and each batch is
// there wholly or not at all.
import { describe, expect, it, onTestFinished } from "vitest"
import { type CatalogProgram, startCatalogProgram } from "../support/catalog-program.ts"
import { createTestSchema, engines } from "../support/engines.ts"
import { freshFolder } from "../support/program.ts"

const batches = 1_000
const batchSize = 5
const writers = 8

describe.each(engines)("a catalog on %s that is killed", (engine) => {
  it("keeps every entity it has acknowledged, and no half of a batch", async () => {
    const folder = freshFolder()
    const database = await databaseOn(engine)
    const first = await startCatalogProgram(folder, database)
    await first.send("POST", "/blueprints", {
      identifier: "thing",
      title: "Thing",
      schema: { properties: { batch: { type: "number" } } },
    })
    const acknowledged = await writeUntilKilled(first)
    expect(acknowledged.size).toBeLessThan(batches)
    await first.program.end

    const second = await startCatalogProgram(folder, database)
    const { body } = await second.send("GET", "/blueprints/thing/entities")
    const { entities } = body as { entities: { properties: { batch: number } }[] }
    const found = new Map<number, number>()
    for (const { properties } of entities) found.set(properties.batch, (found.get(properties.batch) ?? 0) + 1)
    expect([...acknowledged].filter((batch) => !found.has(batch))).toEqual([])
    expect([...found].filter(([, count]) => count !== batchSize)).toEqual([])
    const audits = await second.send("GET", "/audit-log?resources=entity&action=CREATE")
    expect((audits.body as { audits: unknown[] }).audits).toHaveLength(entities.length)
    // What the search finds by its index is what there is.
    const [last = 0] = [...acknowledged].slice(-1)
    const query = { combinator: "and", rules: [{ property: "batch", operator: "=", value: last }] }
    const searched = await second.send("POST", "/entities/search", query)
    expect((searched.body as { entities: unknown[] }).entities).toHaveLength(batchSize)
    second.program.kill("SIGTERM")
    expect((await second.program.end).code).toBe(0)
  })
})

/** The numbers of the batches that were answered as written. */
async function writeUntilKilled({ send, program }: CatalogProgram): Promise<Set<number>> {
  const acknowledged = new Set<number>()
  let next = 0
  const write = async () => {
    while (next < batches) {
      const batch = next++
      const entities = Array.from({ length: batchSize }, (_, n) => ({
        identifier: `${batch}-${n}`,
        properties: { batch },
      }))
      const answer = await send("POST", "/blueprints/thing/entities/bulk?upsert=true", { entities })
      if (answer.status !== 200) throw new Error(`batch ${batch} was answered with ${answer.status}`)
      acknowledged.add(batch)
      if (acknowledged.size === 200) program.kill("SIGKILL")
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: writers }, write))
  expect(ends.every(({ status }) => status === "rejected")).toBe(true)
  return acknowledged
}

/** A file's name, or the address of a schema of the test's own. */
async function databaseOn(engine: "sqlite" | "postgres"): Promise<string> {
  if (engine === "sqlite") return "catalog.db"
  const schema = await createTestSchema(process.env.TEST_POSTGRES_URL ?? "")
  onTestFinished(() => schema.drop())
  return schema.url
}
