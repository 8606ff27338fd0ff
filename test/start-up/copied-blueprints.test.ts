// Blueprints that a person copied from a documentation page, with the page's mapping, both unchanged: what they do not
// agree on is refused entity by entity, in words that say what is missing, and the rest arrives. Only a blueprint that is
// not there at all makes the run a failure, since nothing of its kind can arrive.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { type RunRecord, shortcomings } from "../../src/resync/run-record.ts"
import { at } from "../support/engines.ts"
import { seedBlueprint, seedMapping } from "../support/seed.ts"
import { createPlace, type StartPlace, start } from "../support/start-up.ts"

const newer = ["user", "team", "project-environment", "issue"].map((name) => `newer/blueprint.${name}.json`)
const older = ["project", "issue"].map((name) => `older/blueprint.${name}.json`)

const badRole =
  'sentryUser bill@acme.example: "properties.orgRole" must be equal to one of the allowed values: member, admin, owner, manager, biling'

const forgotten =
  'Port has no blueprint "sentryProjectEnvironment", so 1 of its entities could not be written'

describe("the newer page's own blueprints", () => {
  it("with its default mapping: what names a blueprint or relation that the page forgot is refused, one by one", async () => {
    const { place, record } = await runWith(newer, seedMapping("newer/mapping.default.yaml"), {
      wanting: [forgotten],
    })

    const [issue] = [...place.organization.issues.keys()]
    expect(refusals(record)).toEqual([
      `sentryIssue ${issue}-production: "relations" must NOT have additional properties ('assignee' is no relation of "sentryIssue")`,
      "sentryProjectEnvironment api-production: Port answered 404 to POST /blueprints/sentryProjectEnvironment/entities/bulk: " +
        'not_found: blueprint with identifier "sentryProjectEnvironment" was not found',
      badRole,
    ])
    expect(await entities(place, "sentryUser")).toMatchObject([{ identifier: "ann@acme.example" }])
    expect(await entities(place, "sentryTeam")).toHaveLength(2)
    expect(await entities(place, "_user")).toMatchObject([{ relations: { sentry_user: "ann@acme.example" } }])
  })

  it("with its default mapping, where Port does not take the relation on its own users either", async () => {
    const { record, place } = await runWith(newer, seedMapping("newer/mapping.default.yaml"), {
      wanting: [forgotten],
      prepare(place) {
        place.port.intercept = ({ method, path }) =>
          method === "PATCH" && path === "/blueprints/_user"
            ? new Response('{"ok":false,"error":"forbidden","message":"no"}', { status: 403 })
            : undefined
      },
    })

    expect(refusals(record)[0]).toBe(
      `_user ann@acme.example: "relations" must NOT have additional properties ('sentry_user' is no relation of "_user")`,
    )
    expect(refusals(record)).toHaveLength(4)
    expect(await entities(place, "sentryTeam")).toHaveLength(2)
  })

  it("with its default mapping, and the one that the page forgot made on request: the run is a success", async () => {
    const { place, record } = await runWith(newer, seedMapping("newer/mapping.default.yaml"), {
      variables: { OCEAN__CREATE_MISSING_BLUEPRINTS: "true" },
    })

    expect(refusals(record)).toEqual([expect.stringMatching(/^sentryIssue .*'assignee'/), badRole])
    expect(await entities(place, "sentryProjectEnvironment")).toMatchObject([
      { identifier: "api-production" },
    ])
  })

  it.each([
    { example: "user", refused: [badRole], made: { sentryUser: ["ann@acme.example"] } },
    { example: "team", refused: [], made: { sentryTeam: ["backend", "platform"] } },
    { example: "project", refused: [], made: { sentryProject: ["api"] } },
    { example: "issue", refused: [], made: { sentryProject: ["api"], sentryIssue: [/^\d+$/] } },
    {
      example: "project-environment",
      refused: [],
      made: { sentryProject: ["api-production"], sentryIssue: [/^\d+$/] },
    },
  ])("with its example for $example", async ({ example, refused, made }) => {
    const { place, record } = await runWith(newer, seedMapping(`newer/mapping.${example}.yaml`))

    expect(refusals(record)).toEqual(refused)
    for (const [name, identifiers] of Object.entries(made)) {
      const held = await entities(place, name)
      expect(held.map(({ identifier }) => identifier)).toEqual(
        identifiers.map((one) => (typeof one === "string" ? one : expect.stringMatching(one))),
      )
    }
  })

  it("with a project of several teams: the relation that takes one refuses the entity, and says which were found", async () => {
    const resources = ["team", "project-environment"].flatMap(
      (name) => seedMapping(`newer/mapping.${name}.yaml`).resources,
    )

    const { record } = await runWith(newer, { createMissingRelatedEntities: true, resources })

    expect(refusals(record)).toEqual([expect.stringMatching(/^sentryProject api-production: .*team/)])
  })
})

describe("the older page's own blueprints", () => {
  it.each([
    { mapping: "project", made: { project: 1, issue: 0 } },
    { mapping: "issue", made: { project: 1, issue: 1 } },
    { mapping: "issue-snippet", made: { project: 1, issue: 1 } },
    { mapping: "project-structure-example", made: { project: 1, issue: 0 } },
  ])("with its mapping $mapping: nothing is refused", async ({ mapping, made }) => {
    const { place, record } = await runWith(older, seedMapping(`older/mapping.${mapping}.yaml`))

    expect(refusals(record)).toEqual([])
    for (const [name, count] of Object.entries(made)) expect(await entities(place, name)).toHaveLength(count)
  })
})

/** One project with two teams and an issue, a member whose role the page misspells; a start, and one resync. */
async function runWith(
  blueprints: readonly string[],
  mapping: JsonObject,
  options: {
    prepare?: (place: StartPlace) => void
    variables?: Record<string, string>
    /** What the run must say is wanting; nothing by default. */
    wanting?: string[]
  } = {},
): Promise<{ place: StartPlace; record: RunRecord }> {
  const place = await createPlace()
  place.organization.addMember({ email: "bill@acme.example", role: "billing" })
  place.organization.addTeam({ slug: "platform", projects: ["api"], members: [] })
  await place.catalog.request("POST", "/v1/blueprints/_user/entities", { identifier: "ann@acme.example" })
  for (const name of blueprints) {
    const created = await place.catalog.request("POST", "/v1/blueprints", seedBlueprint(name))
    expect(created).toMatchObject({ status: 201 })
  }
  const folder = join(place.folder, ".port/resources")
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "port-app-config.yaml"), JSON.stringify(mapping))
  options.prepare?.(place)
  const { app } = await start(place, options.variables)
  const record = await app.run("once", new AbortController().signal)
  // Entities that are refused leave the run a success: one bad value must not keep a pipeline red.
  expect(shortcomings(record, { strict: false })).toEqual(options.wanting ?? [])
  return { place, record }
}

function refusals(record: RunRecord): string[] {
  return record.refusedEntities
    .map(({ blueprint, identifier, message }) => `${blueprint} ${identifier}: ${message}`)
    .sort()
}

async function entities({ catalog }: StartPlace, blueprint: string): Promise<{ identifier: string }[]> {
  const { body } = await catalog.request("GET", `/v1/blueprints/${blueprint}/entities`)
  return at(body, "entities") as { identifier: string }[] // as the catalog answers
}
