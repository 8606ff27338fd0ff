// Several processes of the catalog on one PostgreSQL, which hold nothing of their own: whichever is asked, the answer is
// the same, and none needs another.
import { describe, expect, it, onTestFinished } from "vitest"
import { startCatalogProgram } from "../support/catalog-program.ts"
import { at, createTestSchema } from "../support/engines.ts"
import { freshFolder } from "../support/program.ts"

const server = process.env.TEST_POSTGRES_URL ?? ""

describe.skipIf(server === "")("three catalogs on one empty PostgreSQL", () => {
  it("start at once, and are one catalog", async () => {
    const schema = await createTestSchema(server)
    onTestFinished(() => schema.drop())
    const catalogs = await Promise.all([1, 2, 3].map(() => startCatalogProgram(freshFolder(), schema.url)))
    const [one, two, three] = catalogs
    if (!one || !two || !three) throw new Error("three were started")
    expect(new Set(catalogs.map(({ credentials }) => JSON.stringify(credentials))).size).toBe(1)
    // A token that one gave opens the others.
    expect((await two.sendAs(one.authorization, "GET", "/blueprints")).status).toBe(200)

    const blueprint = {
      identifier: "thing",
      title: "Thing",
      schema: { properties: { n: { type: "number" } } },
    }
    expect((await one.send("POST", "/blueprints", blueprint)).status).toBe(201)
    const path = "/blueprints/thing/entities"
    const written = await Promise.all(
      Array.from({ length: 60 }, (_, turn) => {
        const catalog = catalogs[turn % 3] ?? one
        const entities = Array.from({ length: 10 }, (_, n) => ({
          identifier: `e-${(turn * 7 + n) % 40}`,
          properties: { n: turn },
        }))
        return catalog.send("POST", `${path}/bulk?upsert=true&merge=true`, { entities })
      }),
    )
    expect(new Set(written.map(({ status }) => status))).toEqual(new Set([200]))
    const created = written.flatMap(({ body }) => at(body, "entities") as { created: boolean }[])
    expect(created.filter((entity) => entity.created)).toHaveLength(40) // each once, whoever wrote it
    const seen = await Promise.all(catalogs.map((catalog) => catalog.send("GET", path)))
    for (const { body } of seen) expect(body).toEqual(seen[0]?.body)

    // A blueprint that one changes holds for the others from then on.
    expect((await two.send("POST", path, { identifier: "x", properties: { m: 1 } })).status).toBe(422)
    const more = { schema: { properties: { m: { type: "number" } } } }
    expect((await one.send("PATCH", "/blueprints/thing", more)).status).toBe(200)
    expect((await two.send("POST", path, { identifier: "x", properties: { m: 1 } })).status).toBe(201)

    one.program.kill("SIGKILL")
    await one.program.end
    expect((await three.send("POST", path, { identifier: "y", properties: { m: 2 } })).status).toBe(201)
    expect(at((await two.send("GET", `${path}/y`)).body, "entity.properties.m")).toBe(2)
  })
})
