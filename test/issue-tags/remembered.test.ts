// What a run that remembers its last reading of issues asks for again, and what it does not. That both ways leave the same
// catalog, whatever happens between the runs, is the model's (test/model).
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import {
  blueprint,
  createSmallWorld,
  day,
  hour,
  mappingOf,
  removeTagValue,
  resource,
  resources,
  smallBlueprints,
} from "../support/small-world.ts"

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

describe("a run that remembers", () => {
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
