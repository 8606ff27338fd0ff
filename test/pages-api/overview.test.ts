// The overview of the pages: what is connected, how it goes, and what needs a person.
import { describe, expect, it } from "vitest"
import { emptyLog } from "../../src/live-events/log-depth.ts"
import { attention, type Matter } from "../../src/pages/overview/attention.ts"
import type { RunDetail, RunSummary } from "../../src/resync/history/run-summary.ts"
import { generateOrganization } from "../../src/simulator/generate.ts"
import { type EmbeddedProgram, startEmbedded } from "../support/embedded-program.ts"

const organization = () =>
  generateOrganization({ seed: 3, projects: 3, issuesPerProject: 4, resolvedShare: 0 })

interface Overview {
  about: Record<string, unknown>
  lastRun: RunSummary | null
  counts: { kind: string; blueprint: string; entities: number }[]
  attention: Matter[]
  nextRunAt: string | null
}

async function overview(program: EmbeddedProgram, fits: (one: Overview) => boolean): Promise<Overview> {
  for (let tries = 0; tries < 100; tries++) {
    const one = await program.ask<Overview>("GET", "/integration/overview")
    if (fits(one)) return one
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(
    `the overview did not come to that: ${JSON.stringify(await program.ask("GET", "/integration/runs")).slice(0, 3000)}`,
  )
}

describe("the overview", () => {
  it("tells what is connected, counts what came of each kind, and names what needs a person with its next step", async () => {
    const data = organization()
    const program = await startEmbedded({
      organization: data,
      environment: { OCEAN__SCHEDULED_RESYNC_INTERVAL: "30" },
    })
    const first = await overview(program, ({ lastRun }) => lastRun !== null)
    expect(first.about).toMatchObject({
      mode: "embedded",
      organization: data.slug,
      sentry: { host: program.sentry.url },
      target: { kind: "embedded", url: program.url },
      catalog: true,
      webhookUrl: `${program.url}/integration/webhook`,
      resyncs: true,
      schedule: { everyMinutes: 30 },
    })
    expect(Date.parse(first.nextRunAt ?? "")).toBeGreaterThan(Date.now())
    const { entities } = await program.ask<{ entities: unknown[] }>(
      "GET",
      "/v1/blueprints/sentryIssue/entities",
    )
    const counted = await overview(program, ({ counts }) =>
      counts.some(({ kind, entities: count }) => kind === "issue-tag" && count === entities.length),
    )
    expect(counted.counts).toContainEqual({ kind: "user", blueprint: "_user", entities: 0 })
    expect(first.attention.filter(({ severity }) => severity === "error")).toEqual([])
    const kinds = await program.ask<{ projects: string[]; kinds: Record<string, unknown>[] }>(
      "GET",
      "/integration/kinds",
    )
    expect(kinds.projects).toEqual([...data.projects.values()].map(({ slug }) => slug).sort())
    expect(kinds.kinds).toContainEqual({
      name: "issue-tag",
      eventsOnly: false,
      perProject: true,
      inMapping: true,
    })
    expect(kinds.kinds).toContainEqual({
      name: "comment",
      eventsOnly: true,
      perProject: false,
      inMapping: false,
    })

    program.sentry.faults.add({ path: /\/issues\//, action: { status: 403, body: { detail: "no" } } })
    program.sentry.faults.add({
      path: /\/projects\/[^/]+\/[^/]+\/issues/,
      action: { status: 403, body: { detail: "no" } },
    })
    await program.ask("POST", "/integration/runs", { replace: true })
    const second = await overview(program, ({ lastRun }) => lastRun?.status === "failed")
    const denied = second.attention.filter(({ area }) => area === "sentry")
    expect(denied).toMatchObject([
      { severity: "error", count: 3, title: "Sentry refused to show issue-tag of 3 projects" },
    ])
    expect(denied[0]?.next).toMatchObject({
      page: `/runs/${second.lastRun?.id}`,
      command: expect.stringMatching(/doctor$/),
    })
    expect(denied[0]?.next.text).not.toBe("")
    expect(second.attention[0]?.severity).toBe("error")
  })
})

describe("what needs a person", () => {
  const run = (more: Partial<RunDetail>) =>
    ({
      id: "r1",
      status: "completed",
      sources: [],
      failures: [],
      notes: [],
      notMade: {},
      refusedEntities: { total: 0, groups: [] },
      refusedDeletes: { total: 0, groups: [] },
      ...more,
    }) as unknown as RunDetail // what is not looked at is left out
  const of = (more: Partial<RunDetail>, dead = 0) =>
    attention({
      run: run(more),
      depth: { ...emptyLog, dead },
      command: "ocean-sentry",
    })

  it("is nothing where all went well", () => {
    expect(of({})).toEqual([])
    expect(attention({ run: undefined, depth: undefined, command: "ocean-sentry" })).toEqual([])
  })

  it.each<[string, Matter[], Partial<Matter>]>([
    [
      "a broken mapping",
      of({ status: "failed", failures: ["mapping resources[0].kind: unknown"] }),
      { area: "mapping", next: { page: "/mapping", text: expect.any(String), command: null } },
    ],
    [
      "a run that was cut short",
      of({ status: "interrupted" }),
      { area: "run", title: "The last run was cut short" },
    ],
    [
      "a field without a value",
      of({ notes: ["resources[4] (team): properties.roles (.x) always null (4)"] }),
      { severity: "info", area: "mapping" },
    ],
    [
      "a threshold",
      of({
        refusedDeletes: {
          total: 5,
          groups: [
            { reason: "5 of 5 would go, more than entityDeletionThreshold allows", count: 5, examples: [] },
          ],
        },
      }),
      {
        area: "deletes",
        count: 5,
        next: { page: "/mapping", text: expect.stringContaining("raise"), command: null },
      },
    ],
    [
      "refused entities",
      of({ refusedEntities: { total: 2, groups: [{ message: "no", count: 2, examples: [] }] } }),
      { area: "entities", count: 2 },
    ],
    [
      "dead letters",
      of({}, 3),
      {
        area: "live-events",
        count: 3,
        severity: "error",
        next: { page: "/live-events?state=dead", text: expect.any(String), command: null },
      },
    ],
  ])("names %s once", (_, matters, expected) => {
    expect(matters).toMatchObject([expected])
  })
})
