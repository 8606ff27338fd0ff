// Runs that remember what they read of issues, beside runs that ask for all of it as the original does: after every
// round of changes both catalogs hold the same.
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { createRandom } from "../../src/simulator/random.ts"
import {
  blueprint,
  createSmallWorld,
  day,
  hour,
  mappingOf,
  removeTagValue,
  resource,
  resources,
  type SmallWorld,
  smallBlueprints,
  wanting,
} from "../support/small-world.ts"
import { createWorld, type World } from "../support/world.ts"

const whole = resource("issue-tag", {
  identifier: ".id",
  blueprint: '"whole"',
  properties: { tags: ".__tags", status: ".status" },
})
const level = resource(
  "issue-tag",
  { identifier: ".id", blueprint: '"level"', properties: { tags: ".__tags", status: ".status" } },
  { selector: { tag: "level" } },
)
const mapping = mappingOf([resources.issueEnvironment, whole, level])
const tagged = { tags: { type: "array" }, status: { type: "string" } }
const blueprints: readonly JsonObject[] = [
  ...smallBlueprints,
  blueprint("whole", tagged),
  blueprint("level", tagged),
]
const compared = ["issueEnvironment", "whole", "level"]

/** What the server lacks decides by which way changed issues are asked. */
const servers: [what: string, without: string[], seed: number][] = [
  ["with everything", [], 1],
  ["with everything", [], 2],
  ["without explore", ["discover-basic"], 3],
  ["without explore", ["discover-basic"], 4],
  ["that shows one project at a time", ["discover-basic", "global-views"], 5],
  // Merges of issues that were first seen in the same second.
  ["with everything", [], 109],
  ["that shows one project at a time", ["discover-basic", "global-views"], 114],
]

describe("a run that remembers", () => {
  it.each(servers)(
    "is as exact as one that asks for all, on a server %s (%j, %d)",
    async (_, without, seed) => {
      const world = await createSmallWorld({ mapping, blueprints, scanState: true })
      const { organization, clock, simulator } = world
      organization.features = organization.features.filter((feature) => !without.includes(feature))
      const exact = await createWorld({ sentry: simulator, mapping, blueprints, tagSource: "exact", clock })
      const random = createRandom(seed)
      for (let round = 0; round < 12; round++) {
        const done =
          round === 0 ? [] : Array.from({ length: random.between(0, 4) }, () => change(world, random))
        // What grows too old moves nothing of its issue: it is noticed by the reading of all tags once a day.
        if (done.includes("expiry")) world.wait(day)

        expect(wanting(await world.run()), `round ${round}: ${done}`).toEqual([])
        expect(wanting(await exact.resync())).toEqual([])

        expect(await contents(world), `round ${round}: ${done}`).toEqual(await contents(exact))
      }
    },
    60_000,
  )

  it("asks for no tag when nothing has changed, and for those of the issues that did", async () => {
    const world = await createSmallWorld({ mapping, blueprints, scanState: true })
    await world.run()
    const asked = () => world.simulator.requests.filter(({ path }) => /\/(tags|events)\//.test(path)).length
    const before = asked()

    await world.run()
    expect(asked()).toBe(before)

    world.organization.addEvent(world.idOf("api one"), { environment: "staging" })
    const { plan } = await world.run()
    // One for each of the two tags.
    expect(asked()).toBe(before + 2)
    expect(plan[0]).toBe(
      "issue-tag: environment of 5 issues: 4 unchanged since they were read, 1 by each issue (so few that no other way pays)",
    )
  })

  it("does not read lists of all issues for a few that changed", async () => {
    const world = await createSmallWorld({ mapping, blueprints, scanState: true })
    const { organization } = world
    organization.features = organization.features.filter((feature) => feature !== "discover-basic")
    for (let number = 0; number < 400; number++) {
      organization.addIssue("api", { title: `more ${number}`, environment: "production" })
    }
    await world.run()
    for (let number = 0; number < 8; number++) {
      organization.addEvent(world.idOf(`more ${number}`), { environment: "staging" })
    }

    const { plan } = await world.run()

    expect(plan[0]).toContain("405 issues: 397 unchanged since they were read, 8 by each issue")
    expect(plan[0]).toMatch(/each issue 8, a list per environment \d+/)
  })

  it("reads all tags again after a day", async () => {
    const world = await createSmallWorld({ mapping, blueprints, scanState: true })
    await world.run()
    removeTagValue(world.organization, world.idOf("api two"), "staging")
    await world.run()
    expect(await world.names("issueEnvironment")).toContain(`${world.idOf("api two")}-staging`)

    world.wait(day)
    await world.run()

    expect(await world.names("issueEnvironment")).not.toContain(`${world.idOf("api two")}-staging`)
  })

  it("does not count on what it read of an issue that was seen in the last minutes", async () => {
    const world = await createSmallWorld({ mapping, blueprints, scanState: true })
    const id = world.idOf("api one")
    world.organization.addEvent(id, { environment: "production", at: world.clock.now() + hour - 60_000 })
    await world.run()
    // The store of events has it a little later than the issue, at the same second.
    const { tags } = world.organization.issues.get(id) ?? {}
    tags
      ?.get("environment")
      ?.push({ value: "late", count: 1, firstSeen: world.clock.now(), lastSeen: world.clock.now() })

    await world.run()

    expect(await world.names("issueEnvironment")).toContain(`${id}-late`)
  })
})

async function contents(world: World): Promise<unknown> {
  const lists = await Promise.all(compared.map((name) => world.entities(name)))
  return lists.map((entities) =>
    Object.fromEntries(
      Object.entries(entities).map(([name, { title, properties, relations }]) => [
        name,
        { title, properties, relations },
      ]),
    ),
  )
}

/** Something that happens to an organization, and what it was. */
function change({ organization, clock }: SmallWorld, random: ReturnType<typeof createRandom>): string {
  const issues = [...organization.issues.values()]
  const { id } = random.pick(issues)
  const other = random.pick(issues).id
  const environment = random.pick(["production", "staging", "eu/west 1", `new-${random.between(0, 9)}`, ""])
  const at = clock.now() + random.between(-30 * hour, hour - 1_000)
  const what = random.pick([
    "event",
    "event",
    "event without environment",
    "issue",
    "delete",
    "merge",
    "resolve",
    "archive",
    "unresolve",
    "rename",
    "expiry",
  ] as const)
  if (what === "event") organization.addEvent(id, { environment, at })
  if (what === "event without environment") organization.addEvent(id, { at })
  if (what === "issue") {
    const issueCategory = random.chance(0.3) ? "outage" : "error"
    organization.addIssue(random.pick(["api", "web", "worker"]), {
      title: `made ${at}`,
      environment,
      at,
      issueCategory,
    })
  }
  if (what === "delete" && issues.length > 4) organization.deleteIssue(id)
  if (what === "merge" && id !== other && issues.length > 4) organization.mergeIssue(id, other)
  if (what === "resolve") organization.resolve(id)
  if (what === "archive") organization.archive(id)
  if (what === "unresolve") organization.unresolve(id)
  if (what === "rename") organization.renameProject("api", { name: `api ${at}` })
  if (what === "expiry") {
    const values = organization.issues.get(id)?.tags.get("environment") ?? []
    if (values.length > 0) removeTagValue(organization, id, random.pick(values).value)
  }
  return what
}
