// Every case of the documentation through the whole path: the payload served by the simulated Sentry, the case's mapping
// in the catalog's integration, one resync, and the entity read back from the catalog over HTTP.
import { describe, expect, it } from "vitest"
import { isJsonObject, type JsonObject } from "../../src/common/json.ts"
import { isSearchQuery } from "../../src/port/search-query.ts"
import { organizationFromPayloads, type Payloads } from "../../src/simulator/from-payloads.ts"
import {
  type ComputedEntity,
  computedEntities,
  type SeedCase,
  seedCases,
  seedMapping,
  seedPayloads,
} from "../support/seed.ts"
import { blueprintsFor, sentryUserRelation } from "../support/seed-blueprints.ts"
import { useSimulator } from "../support/simulator.ts"
import { createWorld, type StoredEntity, type World } from "../support/world.ts"

/** Where the simulator takes the payloads of each kind. */
const payloadsOf: Record<
  string,
  keyof Pick<Payloads, "users" | "teams" | "projects" | "projectTags" | "issues" | "issueTags">
> = {
  user: "users",
  team: "teams",
  project: "projects",
  "project-tag": "projectTags",
  issue: "issues",
  "issue-tag": "issueTags",
}

/** Entities that somebody else keeps in the catalog and that the case's mapping concerns. */
const heldBefore: Record<string, JsonObject[]> = {
  "newer.project-environment": [
    { blueprint: "sentryTeam", identifier: "platform-team", properties: { projects: ["python-fastapi"] } },
    { blueprint: "sentryTeam", identifier: "other-team", properties: { projects: ["python-fastapi-2"] } },
  ],
  "newer.default.issue-tag": [{ blueprint: "sentryUser", identifier: "danny@domain.io" }],
  "newer.default.user-to-port-user": [
    {
      blueprint: "_user",
      identifier: "developer@getport.io",
      title: "Michael of Port",
      properties: { status: "Active" },
    },
  ],
}

/** What the search relations of a case find, by entity and relation. */
const found: Record<string, Record<string, string>> = {
  "python-fastapi-production": { team: "platform-team" },
  "4605173695-production": { assignee: "danny@domain.io" },
  "4605173695-staging": { assignee: "danny@domain.io" },
}

describe("a case of the documentation, from Sentry's answer to the catalog's", () => {
  it("is there for each kind", () => {
    expect(seedCases()).toHaveLength(19)
    expect(new Set(seedCases().map(({ kind }) => kind))).toEqual(new Set(Object.keys(payloadsOf)))
  })

  it.each(seedCases())("$id ends as computed", async (one) => {
    const computed = computedEntities(one.computed)
    const world = await createCaseWorld(one)

    const run = await world.resync()

    expect(run).toMatchObject({ status: "completed", failures: [], openSources: [], refusedEntities: [] })
    expect(computed.length).toBeGreaterThan(0)
    for (const expected of computed) {
      const stored = await readBack(world, expected)
      expect(comparable(stored)).toEqual(comparable(asStored(one, expected)))
      expect(searchesSent(world, expected)).toEqual(searchesIn(expected))
      await expectTargets(world, stored)
    }
    const resource = run.resources.find(({ index }) => index === one.resourceIndex)
    expect(resource?.counts).toMatchObject({
      read: seedPayloads(one.payload).length,
      mapped: computed.length,
    })

    world.writesSince()
    await world.resync()
    expect(world.writesSince()).toEqual({ upserted: 0, deleted: 0, patched: 0 })
  })

  it("newer.issue-tag-no-tags gives no entity where the mapping makes one of each value", async () => {
    const one = caseNamed("newer.issue-tag-no-tags")
    const world = await createCaseWorld({ ...one, mapping: "newer/mapping.default.yaml" })

    const run = await world.resync()

    expect(run).toMatchObject({ status: "completed", failures: [], openSources: [] })
    expect(run.resources.find(({ kind }) => kind === "issue-tag")?.counts).toMatchObject({
      read: 1,
      mapped: 0,
      without: 1,
      failed: 0,
    })
    expect(await world.entities("sentryIssue")).toEqual({})
  })
})

function caseNamed(id: string): SeedCase {
  const one = seedCases().find((candidate) => candidate.id === id)
  if (!one) throw new Error(`no case is called ${id}`)
  return one
}

async function createCaseWorld(one: SeedCase): Promise<World> {
  const kind = payloadsOf[one.kind]
  if (!kind) throw new Error(`no payloads of ${one.kind}`)
  const organization = organizationFromPayloads({ [kind]: seedPayloads(one.payload) })
  const world = await createWorld({
    sentry: await useSimulator({ organization }),
    blueprints: blueprintsFor(one),
    mapping: seedMapping(one.mapping),
    // The page shows values in an order that no server sorts by.
    tagSource: "exact",
  })
  if (one.mapping === "newer/mapping.default.yaml") {
    await expectStatus(world, 200, "PATCH", "/v1/blueprints/_user", { relations: sentryUserRelation })
  }
  for (const { blueprint, ...entity } of heldBefore[one.id] ?? []) {
    await expectStatus(world, 201, "POST", `/v1/blueprints/${String(blueprint)}/entities`, entity)
  }
  return world
}

async function readBack(world: World, { blueprint, identifier }: ComputedEntity): Promise<StoredEntity> {
  const path = `/v1/blueprints/${blueprint}/entities/${encodeURIComponent(identifier)}`
  const body = await expectStatus(world, 200, "GET", path)
  return (body as { entity: StoredEntity }).entity // the catalog's own answer
}

/** What the catalog must answer: searches resolved, and beside the computed what it held before. */
function asStored(one: SeedCase, computed: ComputedEntity): ComputedEntity {
  const before = (heldBefore[one.id] ?? []).find(
    ({ blueprint, identifier }) => blueprint === computed.blueprint && identifier === computed.identifier,
  )
  const properties = isJsonObject(before?.properties) ? before.properties : {}
  const relations = Object.entries(computed.relations).map(([name, value]) => [
    name,
    isSearchQuery(value) ? (found[computed.identifier]?.[name] ?? "nobody says what this finds") : value,
  ])
  return {
    ...before,
    ...computed,
    properties: { ...properties, ...computed.properties },
    relations: Object.fromEntries(relations),
  }
}

/** The members that the index of the cases compares; what is unset is left out, one related entity is a list of one. */
function comparable(entity: ComputedEntity | StoredEntity): JsonObject {
  const { identifier, title, blueprint } = entity
  const set = Object.entries(entity.properties).filter(([, value]) => value !== null)
  const linked = Object.entries(entity.relations).flatMap(([name, value]): [string, unknown][] => {
    const targets = [value].flat().filter((target) => target !== null)
    return targets.length === 0 ? [] : [[name, targets]]
  })
  const members = { properties: Object.fromEntries(set), relations: Object.fromEntries(linked) }
  return { identifier, title: title ?? null, blueprint, ...members } as JsonObject // made of JSON alone
}

/** The search queries among an entity's relations. */
function searchesIn({ relations = {} }: { relations?: JsonObject }): JsonObject {
  return Object.fromEntries(Object.entries(relations).filter(([, value]) => isSearchQuery(value)))
}

/** Those that were sent for this entity; throws where it was never sent. */
function searchesSent({ port }: World, { blueprint, identifier }: ComputedEntity): JsonObject {
  const sent = port
    .sentTo("POST", new RegExp(`^/blueprints/${blueprint}/entities/bulk$`))
    .flatMap(({ body }) => (body as unknown as { entities: ComputedEntity[] }).entities) // as our client sends a bulk
  const own = sent.find((entity) => entity.identifier === identifier)
  if (!own) throw new Error(`${blueprint} ${identifier} was not sent`)
  return searchesIn(own)
}

/** Everything it relates to is in the catalog, be it that Port made it because it was missing. */
async function expectTargets(world: World, stored: StoredEntity): Promise<void> {
  const body = await expectStatus(world, 200, "GET", `/v1/blueprints/${stored.blueprint}`)
  const { blueprint } = body as { blueprint: { relations: Record<string, { target: string }> } } // the catalog's own answer
  for (const [name, value] of Object.entries(stored.relations)) {
    for (const target of [value].flat().filter((one) => one !== null)) {
      const path = `/v1/blueprints/${blueprint.relations[name]?.target}/entities/${encodeURIComponent(String(target))}`
      expect(await expectStatus(world, 200, "GET", path)).toMatchObject({ entity: { identifier: target } })
    }
  }
}

async function expectStatus(
  world: World,
  status: number,
  ...[method, path, body]: [string, string, JsonObject?]
): Promise<unknown> {
  const answer = await world.catalog.request(method, path, body)
  expect({ path, status: answer.status, body: answer.body }).toMatchObject({ path, status })
  return answer.body
}
