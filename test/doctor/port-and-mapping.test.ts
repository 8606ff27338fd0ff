// What the doctor says of Port, and of the mapping against Port's blueprints.
import { describe, expect, it } from "vitest"
import { dropIn, examine } from "../support/clinic.ts"
import {
  blueprint,
  createSmallWorld,
  mappingOf,
  resource,
  resources,
  type SmallWorld,
  type SmallWorldOptions,
  smallBlueprints,
} from "../support/small-world.ts"

describe("Port", () => {
  it("is told to refuse the credentials, and the start to fail", async () => {
    const world = await createSmallWorld()

    const { code, problems } = await examine(world, dropIn(world, { OCEAN__PORT__CLIENT_SECRET: "wrong" }))

    expect(code).toBe(3)
    expect(problems[0]).toMatchObject({
      level: "no-start",
      fix: expect.stringContaining("OCEAN__PORT__CLIENT_ID"),
    })
    expect(problems[0]?.what).toContain("refused")
  })

  it("is told not to be there", async () => {
    const world = await createSmallWorld()
    await world.port.close()

    const { code, of } = await examine(world, dropIn(world))

    expect(code).toBe(3)
    expect(of("Port")[0]?.what).toContain("cannot be reached")
    expect(of("Mapping")).toEqual([])
  })

  it("is told not to let entities be written, which a check that stores nothing shows", async () => {
    const world = await createSmallWorld()
    world.port.intercept = ({ path }) =>
      path.endsWith("/entities/bulk")
        ? Response.json({ ok: false, error: "forbidden", message: "no right" }, { status: 403 })
        : undefined

    const { code, problems } = await examine(world, dropIn(world))

    expect(code).toBe(4)
    expect(problems[0]?.what).toContain("may not be written")
  })

  it("has an integration of another type under our name", async () => {
    const world = await createSmallWorld()
    await world.catalog.request("PATCH", "/v1/integration/my-sentry", { installationAppType: "github" })

    const { code, problems } = await examine(world, dropIn(world))

    expect(code).toBe(2)
    expect(problems[0]?.what).toContain('of type "github", not "sentry"')
  })

  it("has nothing yet: the defaults count as installed, and are not", async () => {
    const world = await createSmallWorld()

    const { code, of } = await examine(world, dropIn(world, { OCEAN__INTEGRATION__IDENTIFIER: "fresh" }))

    expect(code).toBe(0)
    expect(
      of("Port")
        .map(({ what }) => what)
        .join(),
    ).toContain('There is no integration "fresh" yet')
    expect(of("Mapping")[0]).toMatchObject({ level: "fine" })
    expect((await world.catalog.request("GET", "/v1/integration/fresh")).status).toBe(404)
    expect((await world.catalog.request("GET", "/v1/blueprints/sentryUser")).status).toBe(404)
  })
})

describe("a mapping against its blueprints", () => {
  it("is fine where it fits", async () => {
    expect(await mappingFindings({})).toEqual(["fine The mapping fits its blueprints (6 resources)."])
  })

  it.each<[string, SmallWorldOptions, string, string]>([
    [
      "a blueprint that is not there",
      { mapping: mappingOf([resource("project", { identifier: ".slug", blueprint: '"projct"' })]) },
      'there is no blueprint "projct"',
      'did you mean "project"?',
    ],
    [
      "a property that the blueprint lacks",
      { mapping: mappingOf([project({ properties: { plattform: ".platform" } })]) },
      '"project" has no property "plattform"',
      'did you mean "platform"?',
    ],
    [
      "a relation that the blueprint lacks",
      { mapping: mappingOf([project({ relations: { owner: ".team.slug" } })]) },
      '"project" has no relation "owner"',
      "add the relation to the blueprint",
    ],
    [
      "a list for a relation that takes one",
      {
        mapping: mappingOf([{ ...resources.issue, ...issue({ relations: { project: "[.project.slug]" } }) }]),
      },
      'the relation "project" of "issue" takes a single entity',
      '"many": true',
    ],
    [
      "a type that cannot be right",
      { mapping: mappingOf([project({ properties: { platform: "[.platform]" } })]) },
      'the property "platform" of "project" is of type string',
      "always gives a list",
    ],
    [
      "an expression that does not compile",
      { mapping: mappingOf([project({ properties: { platform: ".platform |" } })]) },
      "port.entity.mappings.properties.platform: jq: syntax error",
      "line 1, column 11",
    ],
    [
      "a kind that there is none of",
      { mapping: mappingOf([{ ...resources.project, kind: "projects" }]) },
      'unknown kind "projects"',
      'did you mean "project"?',
    ],
    [
      "a key nobody reads",
      { mapping: mappingOf([project({ propertys: {} })]) },
      "unknown key",
      'did you mean "properties"?',
    ],
  ])("tells of %s", async (_, options, what, fix) => {
    const told = await mappingFindings(options)

    expect(told).toHaveLength(1 + (told[0]?.startsWith("fine") ? 1 : 0))
    expect(told.join()).toContain(what)
    expect(told.join()).toContain(fix)
  })

  it("tells of what the blueprint requires and nothing fills", async () => {
    const strict = {
      ...blueprint("project", { platform: { type: "string" }, tier: { type: "string" } }),
      schema: { properties: { platform: { type: "string" }, tier: { type: "string" } }, required: ["tier"] },
      relations: { owner: { target: "team", required: true, many: false } },
    }
    const blueprints = [...smallBlueprints.filter(({ identifier }) => identifier !== "project"), strict]

    const told = await mappingFindings({ blueprints, mapping: mappingOf([resources.project]) })

    expect(told).toEqual([
      expect.stringContaining('"project" requires the property "tier"'),
      expect.stringContaining('"project" requires the relation "owner"'),
    ])
  })
})

async function mappingFindings(options: SmallWorldOptions): Promise<string[]> {
  const world: SmallWorld = await createSmallWorld(options)
  const { of, code } = await examine(world, dropIn(world))
  const findings = of("Mapping")
  expect(code).toBe(findings.some(({ level }) => level === "blocked") ? 4 : 0)
  return findings.map(({ level, what, fix }) => `${level} ${what}${fix ? ` → ${fix}` : ""}`)
}

function project(more: Record<string, Record<string, string>>) {
  return resource("project", { identifier: ".slug", blueprint: '"project"', ...more })
}

function issue(more: Record<string, Record<string, string>>) {
  return resource("issue", { identifier: ".id", blueprint: '"issue"', ...more })
}
