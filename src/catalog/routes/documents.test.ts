import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"

describe.each(engines)("actions, pages and scorecards on %s", (engine) => {
  let catalog: RunningCatalog

  beforeEach(async () => {
    const clock = { now: () => Date.parse("2026-03-10T12:00:00.000Z"), sleep: async () => undefined }
    catalog = await startCatalog({ database: await openTestDatabase(engine), clock })
    for (const identifier of ["service", "team"])
      await send("POST", "/blueprints", { identifier, title: identifier, schema: { properties: {} } })
  })
  afterEach(() => catalog.close())

  const send = (method: string, path: string, body?: unknown) => catalog.request(method, `/v1${path}`, body)

  it.each([
    ["/actions", "action"],
    ["/pages", "page"],
    ["/blueprints/service/scorecards", "scorecard"],
  ])("%s keeps what it is sent, whatever is in it", async (path, kind) => {
    const document = { identifier: "one", title: "One", steps: [{ deep: { order: 1 } }], zebra: null }
    const created = await send("POST", path, document)
    expect(created).toMatchObject({
      status: 201,
      body: { ok: true, [kind]: { ...document, createdAt: "2026-03-10T12:00:00.000Z" } },
    })
    expect(await send("POST", path, document)).toMatchObject({
      status: 409,
      body: { error: "identifier_taken" },
    })
    expect(at((await send("GET", `${path}/one`)).body, kind)).toEqual(at(created.body, kind))
    expect(at((await send("GET", path)).body, `${kind}s`)).toEqual([at(created.body, kind)])

    expect(await send("PUT", `${path}/one`, { title: "Uno" })).toMatchObject({ status: 200 })
    const changed = at((await send("GET", `${path}/one`)).body, kind)
    expect(changed).toMatchObject({ identifier: "one", title: "Uno" })
    expect(changed).not.toHaveProperty("steps")

    expect(await send("DELETE", `${path}/one`)).toMatchObject({ status: 200, body: { ok: true } })
    expect(at((await send("GET", path)).body, `${kind}s`)).toEqual([])
    for (const method of ["GET", "PUT", "DELETE"])
      expect(await send(method, `${path}/one`, method === "PUT" ? {} : undefined)).toMatchObject({
        status: 404,
        body: { ok: false, error: "not_found" },
      })
    expect(await send("POST", path, { title: "Nameless" })).toMatchObject({ status: 422 })
  })

  it("belong to a blueprint where they are scorecards: its name goes with them, and they go with it", async () => {
    const path = "/blueprints/service/scorecards"
    await send("POST", path, { identifier: "ready", title: "Ready" })
    await send("POST", "/blueprints/team/scorecards", { identifier: "ready", title: "Team's" })
    expect(await send("POST", "/blueprints/none/scorecards", { identifier: "x" })).toMatchObject({
      status: 404,
    })
    expect(at((await send("GET", "/scorecards?page=service")).body, "scorecards")).toMatchObject([
      { identifier: "ready", blueprint: "service" },
      { identifier: "ready", blueprint: "team" },
    ])

    await send("PUT", "/blueprints/service", { identifier: "app", title: "App", schema: { properties: {} } })
    expect(at((await send("GET", "/blueprints/app/scorecards")).body, "scorecards")).toMatchObject([
      { identifier: "ready", blueprint: "app" },
    ])
    await send("DELETE", "/blueprints/app")
    expect(at((await send("GET", "/scorecards")).body, "scorecards")).toMatchObject([{ blueprint: "team" }])
  })
})

it("tells clients of flags and of provisioned types only where it was told to", async () => {
  const plain = await startCatalog()
  const set = await startCatalog({
    organization: { featureFlags: ["USE_PROVISIONED_DEFAULTS"] },
    provisionedTypes: ["sentry"],
  })
  try {
    const asked = async (catalog: RunningCatalog) => [
      at((await catalog.request("GET", "/v1/organization")).body, "organization.featureFlags"),
      at((await catalog.request("GET", "/v1/integration/provision-enabled")).body, "integrations"),
    ]
    expect(await asked(plain)).toEqual([[], []])
    expect(await asked(set)).toEqual([["USE_PROVISIONED_DEFAULTS"], ["sentry"]])
  } finally {
    await plain.close()
    await set.close()
  }
})
