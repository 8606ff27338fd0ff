// The organization that lives by itself.
import { describe, expect, it } from "vitest"
import { useReceiver } from "../../test/support/receiver.ts"
import { steppedClock, useSimulator } from "../../test/support/simulator.ts"
import { generateOrganization } from "./generate.ts"
import { createOrganization } from "./organization.ts"
import { createRandom } from "./random.ts"
import { createNextChange, keepChanging } from "./slow-changes.ts"

function organizationOf(seed = 3) {
  return generateOrganization({
    seed,
    projects: 3,
    issuesPerProject: 8,
    clock: steppedClock("2026-11-20T10:15:00Z"),
  })
}

describe("slow changes", () => {
  it("are new issues, assignments, resolutions, comments, regressions and new environments, told by webhook", async () => {
    const organization = organizationOf()
    const receiver = await useReceiver()
    const { webhooks } = await useSimulator({ organization })
    organization.addApp({ name: "one", webhookUrl: receiver.url, events: ["issue", "comment"] })
    const next = createNextChange(organization, createRandom(1))
    const sentences = Array.from({ length: 6 }, next)
    await webhooks.idle()
    expect(
      receiver.received
        .map(({ headers, body }) => `${headers["sentry-hook-resource"]}.${body.action}`)
        .sort(),
    ).toEqual([
      "comment.created",
      "issue.assigned",
      "issue.created",
      "issue.created",
      "issue.resolved",
      "issue.unresolved",
    ])
    expect(sentences.at(-1)).toMatch(/ is the first issue of \S+ in preview-1$/)
    expect([...organization.projects.values()].flatMap(({ environments }) => environments)).toContainEqual(
      expect.objectContaining({ name: "preview-1", hidden: false }),
    )
  })

  it("are the same for the same organization and seed", () => {
    const told = () => {
      const next = createNextChange(organizationOf(), createRandom(7))
      return Array.from({ length: 12 }, next)
    }
    expect(told()).toEqual(told())
  })

  it("make something new where there is nothing to change yet, and nothing where there is no project", () => {
    const organization = organizationOf()
    organization.issues.clear()
    organization.changed()
    const next = createNextChange(organization, createRandom(1))
    for (let number = 0; number < 3; number++) next()
    expect(organization.issues.size).toBeGreaterThan(0)
    const empty = createOrganization({ slug: "empty" })
    expect(createNextChange(empty, createRandom(1))()).toContain("nothing")
  })

  it("go on until they are stopped", async () => {
    const end = new AbortController()
    const told: string[] = []
    const onChange = (sentence: string) => {
      if (told.push(sentence) === 5) end.abort()
    }
    const clock = {
      now: Date.now,
      sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted(),
    }
    await keepChanging(organizationOf(), { everyMs: 15_000, clock, onChange }, end.signal)
    expect(told).toHaveLength(5)
  })
})
