// A plan before anything is installed: integration, blueprints and entities, none of which are made by planning them.
import { describe, expect, it } from "vitest"
import { silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { type InstallDeps, type InstallOptions, installDefaults } from "../../src/port/install-defaults.ts"
import { createPlanner } from "../../src/resync/plan.ts"
import { countsByKind, type RunRecord } from "../../src/resync/run-record.ts"
import { runResync } from "../../src/resync/run-resync.ts"
import { isWrite } from "../support/planned.ts"
import {
  blueprint,
  createSmallWorld,
  mappingOf,
  resource,
  resources,
  smallBlueprints,
} from "../support/small-world.ts"

const options: InstallOptions = {
  type: "sentry",
  version: "0.0.0",
  blueprints: smallBlueprints,
  systemRelations: [],
  mapping: mappingOf(),
  runtime: "OnPrem",
  incrementalSyncEnabled: false,
  extras: { actions: [], scorecards: [], pages: [] },
  createMissingBlueprints: false,
  changelogDestination: {},
  installResources: true,
  origin: "Default",
}

describe("a plan of the very first start", () => {
  it("makes nothing, and says what the start then installs and loads", async () => {
    const { world, plan, log } = await emptyOrganization(options)

    expect(plan.installs).toEqual([
      "integration fresh with its mapping",
      ...smallBlueprints.map(({ identifier }) => `blueprint ${identifier}`),
    ])
    expect((await world.catalog.request("GET", "/v1/blueprints/issue")).status).toBe(404)

    await installDefaults({ ...installing(world.deps.port), log }, options)
    const run = await runResync(world.deps, "once", new AbortController().signal)
    expect(told(plan.record)).toEqual(told(run))
    const names = plan.changes
      .filter(({ what }) => what === "create")
      .map((one) => `${one.blueprint} ${one.identifier}`)
    expect(names.sort()).toEqual(await everyEntity(world))
  })

  it("checks entities against the blueprints that would be made, where Port cannot", async () => {
    const strict = { ...blueprint("project", { platform: { type: "number" } }) }
    const withTier = {
      ...blueprint("user"),
      schema: { properties: { tier: { type: "string" } }, required: ["tier"] },
    }
    const mapping = mappingOf([
      resources.project,
      resources.user,
      resource("team", { identifier: ".slug", blueprint: '"team"', relations: { boss: ".slug" } }),
    ])
    const changed: InstallOptions = { ...options, mapping, blueprints: [withTier, blueprint("team"), strict] }
    const { world, plan, log } = await emptyOrganization(changed)

    expect(plan.record.refusedEntities.map(({ message }) => message)).toEqual([
      ...Array(3).fill('property "platform" of "project" must be number'),
      ...Array(2).fill('property "tier" of "user" is required'),
      ...Array(2).fill('"boss" is no relation of "team"'),
    ])
    await installDefaults({ ...installing(world.deps.port), log }, changed)
    const run = await runResync(world.deps, "once", new AbortController().signal)
    const refused = (record: RunRecord) =>
      record.refusedEntities.map((one) => `${one.blueprint} ${one.identifier}`)
    expect(refused(plan.record)).toEqual(refused(run))
  })
})

/** A catalog that knows no integration of this name and none of its blueprints; planned, and nothing written. */
async function emptyOrganization(install: InstallOptions) {
  const world = await createSmallWorld({ blueprints: [], identifier: "fresh", mapping: {} })
  await world.catalog.request("DELETE", "/v1/integration/fresh")
  world.port.sent.length = 0
  const planner = createPlanner(world.deps)
  await installDefaults(installing(planner.port), install)
  const plan = await planner.plan(new AbortController().signal)
  expect(world.port.sent.filter(isWrite)).toEqual([])
  expect((await world.catalog.request("GET", "/v1/integration/fresh")).status).toBe(404)
  return { world, plan, log: silentLogger }
}

function installing(port: InstallDeps["port"]): InstallDeps {
  return { port, log: silentLogger, clock: systemClock, made: new Set() }
}

function told(record: RunRecord) {
  const { status, failures, refusedEntities, refusedDeletes, openSources, notes } = record
  return {
    status,
    failures,
    refusedEntities,
    refusedDeletes,
    openSources,
    notes,
    counts: countsByKind(record),
  }
}

async function everyEntity(world: Awaited<ReturnType<typeof createSmallWorld>>): Promise<string[]> {
  const lists = await Promise.all(
    smallBlueprints.map(async ({ identifier }) =>
      (await world.names(String(identifier))).map((name) => `${identifier} ${name}`),
    ),
  )
  return lists.flat().sort()
}
