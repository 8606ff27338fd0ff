// Sentry does not let us see something: what was there stays, the report names it, and all the rest goes on.
import { describe, expect, it } from "vitest"
import {
  everything,
  filledWorld,
  mirrorOf,
  runUntilRight,
  type SmallWorld,
  wanting,
} from "../support/small-world.ts"

describe.each([
  { mode: "the organization's list", legacy: false },
  { mode: "the projects' lists", legacy: true },
])("a project that answers 403, read by $mode", ({ legacy }) => {
  it.each([{ remembers: true }, { remembers: false }])(
    "loses nothing, is named, and holds nobody else up ($remembers)",
    async ({ remembers }) => {
      const world = await filledWorld({ remembers, simulator: { legacy } })
      const gone = world.idOf("api one")
      world.simulator.tokens.grant(world.simulator.token, { deniedProjects: ["web"] })
      world.organization.addIssue("web", { title: "web three", environment: "production" })
      world.organization.deleteIssue(gone)
      world.organization.addIssue("api", { title: "api three", environment: "production" })

      const record = await world.run()
      expect(record.status).toBe("failed")
      expect(openParts(record)).toEqual([
        "issue web denied",
        "issue-tag web denied",
        "project-tag web denied",
      ])
      expect(wanting(record).every((sentence) => sentence.includes("403"))).toBe(true)
      const readable = ["api two", "api three", "web one", "web two", "worker one"].map(world.idOf)
      const now = await everything(world)
      // Without a record of its project, no issue is deleted while one project is closed.
      expect(now.issue).toEqual([...readable, ...(remembers ? [] : [gone])].sort())
      expect(now.project).toEqual(["api", "web", "worker"])
      expect(now.environment).toEqual(mirrorOf(world).environment)
      expect(now.issueEnvironment).toEqual(
        expect.arrayContaining([`${world.idOf("web one")}-production`, `${world.idOf("web two")}-staging`]),
      )

      world.simulator.tokens.grant(world.simulator.token)
      await runUntilRight(world)
    },
  )
})

describe("a token that was revoked", () => {
  it.each([{ remembers: true }, { remembers: false }])(
    "fails every kind, and nothing is deleted ($remembers)",
    async ({ remembers }) => {
      const world = await filledWorld({ remembers })
      const before = await everything(world)
      world.simulator.tokens.revoke(world.simulator.token)
      world.organization.removeProject("web")
      world.organization.removeMember("bob@acme.example")
      world.simulator.resetCounts()

      const record = await world.run()
      expect(record.status).toBe("failed")
      expect(openParts(record)).toEqual(
        ["issue *", "issue-tag *", "project *", "project-tag *", "team *", "user *"].map(
          (part) => `${part} denied`,
        ),
      )
      expect(wanting(record)[0]).toContain("token refused")
      expect(await everything(world)).toEqual(before)
      expect(world.writesSince()).toEqual({ upserted: 0, deleted: 0, patched: 0 })
      // Asking on with a refused token would look like an attack.
      expect(world.simulator.requests.length).toBeLessThan(5)

      world.simulator.tokens.grant(world.simulator.token)
      await runUntilRight(world)
    },
  )
})

describe("a token that may not read members", () => {
  it.each([{ remembers: true }, { remembers: false }])(
    "keeps the users, while all other kinds load and lose what is gone ($remembers)",
    async ({ remembers }) => {
      const world = await filledWorld({ remembers })
      world.simulator.tokens.grant(world.simulator.token, {
        scopes: ["org:read", "project:read", "team:read", "event:read"],
      })
      world.organization.removeMember("bob@acme.example")
      world.organization.removeTeam("frontend")
      world.organization.removeProject("web")
      world.organization.addIssue("api", { title: "api three", environment: "production" })

      const record = await world.run()
      expect(record.status).toBe("failed")
      expect(openParts(record)).toEqual(["user * denied"])
      expect(wanting(record)[0]).toContain("member:read")
      const now = await everything(world)
      expect(now.user).toEqual(["ann@acme.example", "bob@acme.example"])
      expect(now.team).toEqual(["backend"])
      expect(now.project).toEqual(["api", "worker"])
      expect(now.issue).toHaveLength(4)
      expect(record.refusedDeletes.map(({ identifier }) => identifier)).toContain("bob@acme.example")

      world.simulator.tokens.grant(world.simulator.token)
      await runUntilRight(world)
    },
  )
})

function openParts({ openSources }: Awaited<ReturnType<SmallWorld["run"]>>): string[] {
  return openSources.map(({ kind, part, outcome }) => `${kind} ${part} ${outcome.state}`).sort()
}
