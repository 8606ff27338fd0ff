// The main path: Sentry into the catalog, with the documentation's default mapping.
import { describe, expect, it } from "vitest"
import { presets } from "../src/sentry/defaults/presets.ts"
import { generateOrganization } from "../src/simulator/generate.ts"
import { useSimulator } from "./support/simulator.ts"
import { createWorld } from "./support/world.ts"

const [{ blueprints, mapping }] = presets
const size = { seed: 7, projects: 4, issuesPerProject: 12 }

describe("a resync with the default mapping", () => {
  it("brings users, teams, project environments and issue environments, and writes nothing the second time", async () => {
    const organization = generateOrganization(size)
    const world = await createWorld({ sentry: await useSimulator({ organization }), blueprints, mapping })
    const first = await world.resync()
    expect(first.failures).toEqual([])
    expect(first.openSources).toEqual([])
    expect(first.refusedEntities).toEqual([])
    expect(first.status).toBe("completed")
    const unresolved = [...organization.issues.values()].filter((issue) => issue.status === "unresolved")
    const expected = unresolved.flatMap((issue) =>
      (issue.tags.get("environment") ?? []).map(({ value }) => `${issue.id}-${value}`),
    )
    expect(Object.keys(await world.entities("sentryIssue")).sort()).toEqual(expected.sort())
    expect(Object.keys(await world.entities("sentryTeam"))).toHaveLength(organization.teams.size)
    expect(world.writesSince().upserted).toBeGreaterThan(expected.length)

    const second = await world.resync()
    expect(second.status).toBe("completed")
    expect(world.writesSince()).toEqual({ upserted: 0, deleted: 0, patched: 0 })
  })
})
