// Runs as the pages show and start them, of the whole program: a simulated Sentry, the embedded catalog, HTTP between.
import { describe, expect, it } from "vitest"
import type { RunDetail, RunSummary } from "../../src/resync/history/run-summary.ts"
import { generateOrganization } from "../../src/simulator/generate.ts"
import { issueChanges } from "../../src/simulator/issue-changes.ts"
import { type EmbeddedProgram, startEmbedded, temporaryFolder } from "../support/embedded-program.ts"
import { openEventStream } from "../support/event-stream.ts"

const organization = () =>
  generateOrganization({ seed: 3, projects: 3, issuesPerProject: 6, resolvedShare: 0, archivedShare: 0 })

async function ended(program: EmbeddedProgram, id: string): Promise<RunDetail> {
  for (let tries = 0; tries < 200; tries++) {
    const { status, body } = await program.answer("GET", `/integration/runs/${id}`)
    const { run } = body as { run?: RunDetail } // the route's own answer
    if (status === 200 && run && run.status !== "running") return run
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`run ${id} did not end`)
}

async function firstRun(program: EmbeddedProgram): Promise<RunDetail> {
  for (let tries = 0; tries < 200; tries++) {
    const { runs } = await program.ask<{ runs: RunSummary[] }>("GET", "/integration/runs")
    const [run] = runs
    if (run) return await ended(program, run.id)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error("no run began")
}

async function start(program: EmbeddedProgram, order: object): Promise<RunDetail> {
  const { run } = await program.ask<{ run: { id: string } }>("POST", "/integration/runs", order)
  return await ended(program, run.id)
}

async function issuesIn(program: EmbeddedProgram): Promise<string[]> {
  const { entities } = await program.ask<{ entities: { properties: { link: string } }[] }>(
    "GET",
    "/v1/blueprints/sentryIssue/entities",
  )
  return entities.map(({ properties }) => String(/issues\/(\d+)/.exec(properties.link)?.[1]))
}

describe("the history of runs", () => {
  it("tells of each source, the requests, and what became of it; newest first, in pages", async () => {
    const program = await startEmbedded({ organization: organization() })
    const first = await firstRun(program)
    expect(first).toMatchObject({ trigger: "start", status: "completed", by: null, scope: null, phase: null })
    expect(first.totals.created).toBeGreaterThan(20)
    expect(first.headline).toMatch(/^\d+ created, 0 unchanged$/)
    const parts = first.sources
      .filter(({ kind }) => kind === "issue-tag")
      .map(({ part, state, read }) => [part, state, read])
    expect(parts).toHaveLength(3)
    for (const [, state, read] of parts) expect([state, read]).toEqual(["complete", 6])
    const sent = first.requestsBy
      .filter(({ peer }) => peer === "Sentry")
      .reduce((sum, { count }) => sum + count, 0)
    expect(sent).toBe(program.sentry.requests.length)
    expect(first.requests.sentry).toBe(sent)

    const second = await start(program, {})
    expect(second).toMatchObject({ trigger: "request", by: "admin", status: "completed" })
    expect(second.totals).toMatchObject({ created: 0, updated: 0, deleted: 0 })
    expect(second.headline).toMatch(/^Nothing changed, \d+ unchanged$/)
    const page = await program.ask<{ runs: RunSummary[]; next: string }>("GET", "/integration/runs?limit=1")
    expect(page.runs.map(({ id }) => id)).toEqual([second.id])
    const rest = await program.ask<{ runs: RunSummary[] }>(
      "GET",
      `/integration/runs?limit=5&before=${page.next}`,
    )
    expect(rest).toMatchObject({ runs: [{ id: first.id }], next: null })
    expect(await program.ask("GET", "/integration/runs?status=failed")).toMatchObject({ runs: [] })
    expect(await program.ask("GET", "/integration/runs?trigger=request")).toMatchObject({
      runs: [{ id: second.id }],
    })
  })

  it("says which project was denied, and what was kept for that reason, alike ones together", async () => {
    const data = organization()
    const program = await startEmbedded({ organization: data })
    await firstRun(program)
    const [project] = [...data.projects.values()]
    if (!project) throw new Error("no project")
    for (const path of [/\/issues\//, new RegExp(`/projects/[^/]+/${project.slug}/`)])
      program.sentry.faults.add({ path, action: { status: 403, body: { detail: "no" } } })
    const run = await start(program, {})
    expect(run).toMatchObject({ status: "failed" })
    const denied = run.sources.filter(({ state }) => state === "denied")
    expect(denied.map(({ part }) => part)).toContain(project.slug)
    expect(run.sources[0]?.state).toBe("denied")
    expect(run.headline).toBe(
      run.shortcomings.length > 1
        ? `${run.shortcomings[0]}, and ${run.shortcomings.length - 1} more`
        : run.shortcomings[0],
    )
    expect(run.totals.deleted).toBe(0)
    expect(run.refusedDeletes.total).toBeGreaterThan(0)
    const counted = run.refusedDeletes.groups.reduce((sum, { count }) => sum + count, 0)
    expect(counted).toBe(run.refusedDeletes.total)
    expect(run.refusedDeletes.groups.length).toBeLessThan(run.refusedDeletes.total)
  })
})

describe("the requests of a run", () => {
  it("are its own: those of a dry run and of samples beside it are not counted", async () => {
    const program = await startEmbedded({ organization: organization() })
    await firstRun(program)
    const alone = await start(program, {})

    const others = Promise.withResolvers<void>()
    program.sentry.faults.add({ path: /\/teams\//, times: 1, action: { until: others.promise } })
    program.sentry.resetCounts()
    const { run } = await program.ask<{ run: { id: string } }>("POST", "/integration/runs", {})
    const isHeldUp = () => program.sentry.faults.struck().some(({ times }) => times > 0)
    while (!isHeldUp()) await new Promise((next) => setTimeout(next, 20))
    await program.ask("POST", "/integration/kinds/project/samples", {})
    const { dryRun } = await program.ask<{ dryRun: { id: string } }>(
      "POST",
      "/integration/mapping/dry-runs",
      {},
    )
    const stand = async () =>
      (await program.ask<{ dryRun: { status: string } }>("GET", `/integration/mapping/dry-runs/${dryRun.id}`))
        .dryRun.status
    while ((await stand()) === "running") await new Promise((next) => setTimeout(next, 20))
    expect(await stand()).toBe("done")
    const beside = await program.ask<{ run: RunDetail }>("GET", `/integration/runs/${run.id}`)
    expect(beside.run.status).toBe("running")

    others.resolve()
    const own = await ended(program, run.id)
    expect(own.requests.sentry).toBe(alone.requests.sentry)
    expect(own.requests.port).toBe(alone.requests.port)
    expect(program.sentry.counts().total).toBeGreaterThan(1.5 * own.requests.sentry)
  })
})

describe("a run of a part", () => {
  it("of a project deletes what is gone of it, and nothing of another; one of a kind neither", async () => {
    const data = organization()
    const program = await startEmbedded({ organization: data })
    await firstRun(program)
    const [one, other] = [...data.projects.values()]
    if (!one || !other) throw new Error("no projects")
    const gone = [one, other].map(({ id }) => data.issuesOf(id)[0]?.id ?? "")
    for (const id of gone) issueChanges(data).deleteIssue(id)
    const [ofOne = "", ofOther = ""] = gone

    const stateInPort = async () => {
      const { integrations } = await program.ask<{ integrations: { resyncState: object }[] }>(
        "GET",
        "/v1/integration",
      )
      return integrations.map(({ resyncState }) => resyncState)
    }
    const stateBefore = await stateInPort()
    expect(stateBefore).toMatchObject([{ status: "completed" }])
    const ofKind = await start(program, { kinds: ["team", "user"] })
    // It is the mark since which an incremental run reads, and these have not read everything.
    expect(await stateInPort()).toEqual(stateBefore)
    expect(ofKind.resources.map(({ kind }) => kind).sort()).toEqual(expect.arrayContaining(["team", "user"]))
    expect(new Set(ofKind.resources.map(({ kind }) => kind))).toEqual(new Set(["team", "user"]))
    expect(ofKind).toMatchObject({
      scope: { kinds: ["team", "user"], projects: null },
      totals: { deleted: 0 },
    })
    expect(await issuesIn(program)).toEqual(expect.arrayContaining(gone))

    program.sentry.resetCounts()
    const ofProject = await start(program, { projects: [one.slug] })
    expect(ofProject).toMatchObject({ status: "completed", scope: { kinds: null, projects: [one.slug] } })
    expect(new Set(ofProject.sources.map(({ part }) => part).filter((part) => part !== ""))).toEqual(
      new Set([one.slug]),
    )
    expect(ofProject.refusedDeletes.total).toBe(0)
    expect(ofProject.totals.deleted).toBeGreaterThan(0)
    const left = await issuesIn(program)
    expect(left).not.toContain(ofOne)
    expect(left).toContain(ofOther)

    const whole = await start(program, {})
    expect(whole.totals.deleted).toBeGreaterThan(0)
    expect(await issuesIn(program)).not.toContain(ofOther)
  })

  it("is refused for a kind that no list gives; an unknown project is an incomplete source", async () => {
    const program = await startEmbedded({ organization: organization() })
    await firstRun(program)
    await expect(program.ask("POST", "/integration/runs", { kinds: ["comment"] })).rejects.toThrow(
      /422.*no list gives/,
    )
    await expect(program.ask("POST", "/integration/runs", { projects: [] })).rejects.toThrow(
      /422.*name a project/,
    )
    await expect(program.ask("POST", "/integration/runs", { kind: "team" })).rejects.toThrow(/422/)
    const run = await start(program, { projects: ["no-such-project"] })
    expect(run).toMatchObject({ status: "failed", totals: { deleted: 0 } })
    expect(run.shortcomings.join()).toContain("no-such-project is not in the list")
  })
})

describe("a run under way", () => {
  it("keeps another from starting, unless it is to be replaced, and can be cancelled", async () => {
    const program = await startEmbedded({ organization: organization() })
    await firstRun(program)
    program.sentry.faults.add({ path: /\/teams\//, action: { delayMs: 60_000 } })
    const { run } = await program.ask<{ run: { id: string } }>("POST", "/integration/runs", {
      kinds: ["team"],
    })
    await program.ask("POST", "/integration/runs", {}, 409)
    program.sentry.faults.clear()
    const other = await program.ask<{ run: { id: string } }>("POST", "/integration/runs", {
      kinds: ["user"],
      replace: true,
    })
    expect(await ended(program, run.id)).toMatchObject({ status: "aborted" })
    expect(await ended(program, other.run.id)).toMatchObject({ status: "completed" })

    program.sentry.faults.add({ path: /\/teams\//, action: { delayMs: 60_000 } })
    const third = await program.ask<{ run: { id: string } }>("POST", "/integration/runs", { kinds: ["team"] })
    await program.ask("POST", `/integration/runs/${third.run.id}/cancel`)
    expect(await ended(program, third.run.id)).toMatchObject({ status: "aborted", headline: /^Cancelled/ })
    await program.ask("POST", `/integration/runs/${third.run.id}/cancel`, undefined, 409)
    await program.ask("POST", "/integration/runs/none/cancel", undefined, 404)
  })
})

describe("the stream", () => {
  it("shows a run go on and end, and goes on where it was after the process was started anew", async () => {
    const folder = temporaryFolder()
    const data = organization()
    const before = await startEmbedded({ organization: data, folder })
    await firstRun(before)
    const stream = await openEventStream(`${before.url}/integration/stream?topics=runs`, {
      cookie: before.cookie,
    })
    await stream.next(({ event }) => event === "hello")
    const run = await start(before, { kinds: ["team"] })
    const told = await stream.next(({ data }) => data.id === run.id && data.status === "completed")
    stream.close()
    const meanwhile = await start(before, { kinds: ["user"] })
    await before.stop()

    const after = await startEmbedded({
      organization: data,
      folder,
      environment: { OCEAN__EVENT_LISTENER: '{"type":"POLLING","resyncOnStart":false}' },
    })
    const again = await openEventStream(`${after.url}/integration/stream?topics=runs`, {
      cookie: before.cookie,
      "last-event-id": told.id,
    })
    const missed = await again.next(({ data }) => data.id === meanwhile.id)
    expect(missed.data).toMatchObject({ status: "completed", scope: { kinds: ["user"], projects: null } })
    expect(again.events.filter(({ event }) => event === "reset")).toEqual([])
  })

  it("tells who was away for long to read anew, and refuses a topic it has not", async () => {
    const program = await startEmbedded({ organization: organization() })
    const headers = { cookie: program.cookie, "last-event-id": String(Date.now() - 3_600_000) }
    const stream = await openEventStream(`${program.url}/integration/stream`, headers)
    await stream.next(({ event }) => event === "reset")
    await program.ask("GET", "/integration/stream?topics=weather", undefined, 422)
  })
})
