// What a first start does where something is there already, where Port refuses, and where it cannot be reached.
import { describe, expect, it } from "vitest"
import { z } from "zod"
import type { JsonObject } from "../../src/common/json.ts"
import { at } from "../support/engines.ts"
import { blueprint, blueprintNames, record, refusal } from "../support/held-by-port.ts"
import { createPlace, identifier, type StartPlace, start } from "../support/start-up.ts"

const names = ["sentryUser", "sentryTeam", "sentryProjectEnvironment", "sentryIssue"]

describe("the origin of a new integration's resources", () => {
  const flag = { featureFlags: ["USE_PROVISIONED_DEFAULTS"] }

  it.each([
    { name: "nothing set", wanted: undefined, port: {}, origin: "Default", said: undefined },
    {
      name: "a type without the flag",
      wanted: undefined,
      port: { provisionedTypes: ["sentry"] },
      origin: "Default",
    },
    { name: "the flag without the type", wanted: undefined, port: { organization: flag }, origin: "Default" },
    {
      name: "Port, which does not",
      wanted: "Port",
      port: {},
      origin: "Default",
      said: /Port does not provision/,
    },
    {
      name: "Ocean",
      wanted: "Ocean",
      port: {},
      origin: "Default",
      said: /`Ocean` is an older name of `Default`/,
    },
    {
      name: "Default, though Port would",
      wanted: "Default",
      port: { organization: flag, provisionedTypes: ["sentry"] },
      origin: "Default",
    },
  ])("$name: $origin", async ({ wanted, port, origin, said }) => {
    const place = await createPlace(port)

    const { lines } = await start(place, wanted ? { OCEAN__CREATE_PORT_RESOURCES_ORIGIN: wanted } : {})

    expect(await record(place)).toMatchObject({ createPortResourcesOrigin: origin })
    expect(await blueprintNames(place)).toEqual([...names].sort())
    if (said) expect(lines.join("")).toMatch(said)
    else expect(lines.join("")).not.toMatch(/"level":"warn"/)
  })

  it("is not taken from Port where Port's answer is a refusal", async () => {
    const place = await createPlace()
    place.port.intercept = ({ path }) =>
      path.endsWith("/provision-enabled") ? refusal(403, "forbidden", "not for you") : undefined

    await start(place)

    expect(await record(place)).toMatchObject({ createPortResourcesOrigin: "Default" })
  })

  it("is given up where Port provisions nothing: thirty questions, a minute apart at most", async () => {
    const place = await createPlace({ organization: flag, provisionedTypes: ["sentry"] })
    const waits: number[] = []
    const clock = {
      now: Date.now,
      async sleep(ms: number) {
        waits.push(ms)
      },
    }

    await expect(start(place, {}, { clock })).rejects.toThrow(
      "Port did not bring the mapping it provisions, asked 30 times",
    )
    expect(waits).toHaveLength(30)
    expect(Math.max(...waits)).toBe(60_000)
    expect(await blueprintNames(place)).toEqual([])
  })
})

describe("blueprints that exist already", () => {
  it("keep a start from making any, and are named", async () => {
    const place = await createPlace()
    await create(place, teamOfOthers)

    const { lines } = await start(place)

    expect(lines.join("")).toMatch(
      /"existing":\["sentryTeam"\],"missing":\["sentryUser",.*CREATE_MISSING_BLUEPRINTS/,
    )
    expect(await blueprintNames(place)).toEqual(["sentryTeam"])
    expect(await record(place)).toMatchObject({ arePortResourcesInitialized: true })
  })

  it("are left as they are where a setting has the missing ones made, also later", async () => {
    const place = await createPlace()
    await create(place, teamOfOthers)
    await start(place)
    const before = await blueprint(place, "sentryTeam")

    await start(place, { OCEAN__CREATE_MISSING_BLUEPRINTS: "true" })

    expect(await blueprintNames(place)).toEqual([...names].sort())
    expect(await blueprint(place, "sentryTeam")).toEqual(before)
    expect(at(await blueprint(place, "sentryIssue"), "relations.projectEnvironment.many")).toBe(true)
    place.port.sent.length = 0
    await start(place, { OCEAN__CREATE_MISSING_BLUEPRINTS: "true" })
    expect(place.port.sent.filter(({ method }) => method !== "GET").map(({ path }) => path)).toEqual([
      "/auth/access_token",
    ])
  })
})

describe("blueprints that Port refuses", () => {
  it("are named with Port's reason; what the start made is taken back, what was there stays", async () => {
    const place = await createPlace()
    await create(place, { ...teamOfOthers, identifier: "elsewhere" })
    place.port.intercept = ({ method, path }) =>
      method === "PATCH" && path === "/blueprints/sentryIssue"
        ? refusal(422, "invalid_request", "too many relations")
        : undefined

    const failure = start(place)

    await expect(failure).rejects.toThrow(
      /^Port does not take the default blueprints: sentryIssue: Port answered 422 .*too many relations/,
    )
    expect(await blueprintNames(place)).toEqual(["elsewhere"])
    expect((await record(place)).arePortResourcesInitialized).not.toBe(true)
  })

  it("are all named at once", async () => {
    const place = await createPlace()
    place.port.intercept = ({ method, path, body }) =>
      method === "POST" && path === "/blueprints" && at(body, "identifier") !== "sentryUser"
        ? refusal(403, "forbidden", "the plan is full")
        : undefined

    await expect(start(place)).rejects.toThrow(
      /sentryTeam: .*sentryProjectEnvironment: .*sentryIssue: .*the plan is full/,
    )
    expect(await blueprintNames(place)).toEqual([])
  })

  it("are made at the next start, once Port takes them", async () => {
    const place = await createPlace()
    place.port.intercept = ({ method, path }) =>
      method === "PATCH" && path === "/blueprints/sentryTeam"
        ? refusal(403, "forbidden", "not yet")
        : undefined
    await expect(start(place)).rejects.toThrow("sentryTeam")
    place.port.intercept = undefined

    await start(place)

    expect(await blueprintNames(place)).toEqual([...names].sort())
    expect(await record(place)).toMatchObject({ arePortResourcesInitialized: true })
  })
})

it("counts on a blueprint that another process made in the same moment, and does not take it back", async () => {
  const place = await createPlace()
  await create(place, { ...teamOfOthers, schema: { properties: {}, required: [] } })
  place.port.intercept = ({ method, path }) => {
    if (method === "GET" && path === "/blueprints/sentryTeam") return refusal(404, "not_found", "not yet")
    return method === "PATCH" && path === "/blueprints/sentryIssue"
      ? refusal(403, "forbidden", "no")
      : undefined
  }

  await expect(start(place)).rejects.toThrow("sentryIssue")
  expect(place.port.sentTo("POST", /^\/blueprints$/).map(({ status }) => status)).toEqual([
    201, 409, 201, 201,
  ])
  expect(await blueprintNames(place)).toContain("sentryTeam")
})

it("goes on with what it had made where Port could not be reached in the middle, and then could", async () => {
  const place = await createPlace()
  let down = false
  place.port.intercept = ({ method, path, body }) => {
    if (method === "POST" && path === "/blueprints" && at(body, "identifier") === "sentryIssue" && !down) {
      down = true
      return "hang-up"
    }
    return method === "DELETE" && down ? refusal(403, "forbidden", "not now") : undefined
  }
  const clock = {
    now: Date.now,
    async sleep() {
      down = false
      place.port.intercept = undefined
    },
  }

  await start(place, { OCEAN__EVENT_LISTENER__TYPE: "POLLING" }, { clock })

  expect(await blueprintNames(place)).toEqual([...names].sort())
  expect(place.port.sentTo("POST", /^\/blueprints$/)).toHaveLength(names.length + 1)
})

describe("the blueprint of Port's own users", () => {
  it("gets the relation beside those it has, and nothing else of it changes", async () => {
    const place = await createPlace()
    const manager = { title: "Manager", target: "_user", required: false, many: false }
    await place.catalog.request("PATCH", "/v1/blueprints/_user", { relations: { manager } })
    const before = await blueprint(place, "_user")

    await start(place)

    const after = await blueprint(place, "_user")
    expect(after.relations).toEqual({
      manager,
      sentry_user: { title: "Sentry User", target: "sentryUser", required: false, many: false },
    })
    expect({ ...after, relations: null, updatedAt: null }).toEqual({
      ...before,
      relations: null,
      updatedAt: null,
    })
  })

  it("is no reason to make nothing, nor to take anything back: where Port refuses, that is said", async () => {
    const place = await createPlace()
    place.port.intercept = ({ method, path }) =>
      method === "PATCH" && path === "/blueprints/_user"
        ? refusal(422, "protected_blueprint_violation", "hands off")
        : undefined

    const { lines } = await start(place)

    expect(lines.join("")).toMatch(
      /"blueprint":"_user".*hands off.*Port did not take the relation on its own blueprint/,
    )
    expect(await blueprintNames(place)).toEqual([...names].sort())
    expect(await record(place)).toMatchObject({ arePortResourcesInitialized: true })
  })

  it("is left alone by a preset that does not write it", async () => {
    const place = await createPlace()

    await start(place, { OCEAN__PRESET: "packaged" })

    expect(place.port.sentTo("PATCH", /_user/)).toEqual([])
    expect(await blueprintNames(place)).toEqual(["sentryIssue", "sentryProject", "sentryTeam", "sentryUser"])
  })
})

describe("a record that Port has for another runtime", () => {
  it("stops the start before anything is written", async () => {
    const place = await createPlace()
    await place.catalog.request("POST", "/v1/integration", {
      installationId: identifier,
      installationType: "SaasOauth2",
    })

    await expect(start(place)).rejects.toThrow(
      'Port has the integration "my-sentry" as SaasOauth2, this one runs OnPrem',
    )
    expect(place.port.sent.map(({ method }) => method)).toEqual(["POST", "GET"])
    await start(place, { OCEAN__RUNTIME: "Saas" })
  })
})

it("leaves what the reader of Port's own integration can read", async () => {
  const place = await createPlace()
  const text = z.string()
  const relation = z.object({ target: text, required: z.boolean(), many: z.boolean() })
  const Blueprint = z.object({
    identifier: text,
    title: text,
    schema: z.object({ properties: z.record(text, z.looseObject({ type: text })), required: z.array(text) }),
    relations: z.record(text, relation.extend({ title: text })),
  })
  const Integration = z.object({
    identifier: text,
    installationAppType: text,
    version: text,
    installationType: z.literal("OnPrem"),
    changelogDestination: z.object({}),
    actionsProcessingEnabled: z.literal(false),
    incrementalSyncEnabled: z.literal(false),
    processingMode: z.literal("ocean-core"),
    createPortResourcesOrigin: z.literal("Default"),
    arePortResourcesInitialized: z.literal(true),
    config: z.object({
      deleteDependentEntities: z.boolean(),
      createMissingRelatedEntities: z.boolean(),
      resources: z.array(
        z.object({
          kind: text,
          selector: z.looseObject({ query: text }),
          port: z.looseObject({
            entity: z.object({ mappings: z.looseObject({ identifier: text, blueprint: text }) }),
          }),
        }),
      ),
    }),
  })

  await start(place)

  Integration.parse(await record(place))
  for (const name of names) Blueprint.parse(await blueprint(place, name))
})

const teamOfOthers: JsonObject = {
  identifier: "sentryTeam",
  title: "Our teams",
  schema: { properties: { motto: { type: "string" } }, required: [] },
}

async function create({ catalog }: StartPlace, body: JsonObject): Promise<void> {
  expect(await catalog.request("POST", "/v1/blueprints", body)).toMatchObject({ status: 201 })
}
