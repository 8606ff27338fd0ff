// What is connected, how it goes, and what needs a person.
import { Hono } from "hono"
import type { JsonObject } from "../../common/json.ts"
import { onceFor } from "../../common/once-per.ts"
import type { Operation } from "../../common/operation.ts"
import type { Clock } from "../../common/sleep.ts"
import type { RunDetail } from "../../resync/history/run-summary.ts"
import type { OriginCount } from "../../resync/origin-counts.ts"
import type { PagesEnv } from "../guard.ts"
import { type EventRoutesDeps, viewDepth, viewRow } from "../live-events/event-routes.ts"
import { lagOf } from "../live-events/lag.ts"
import { operation } from "../operation.ts"
import type { RunRoutesDeps } from "../runs/run-routes.ts"
import { attention } from "./attention.ts"
import { lastWhole } from "./last-whole.ts"

/** What the process is; the program says it. */
export interface About {
  version: string
  mode: "demo" | "embedded" | "drop-in"
  integration: { identifier: string; type: string }
  /** Its slug in Sentry. */
  organization: string
  sentry: { host: string }
  target: { kind: "embedded" | "port"; url: string }
  /** Whether this process has the catalog's routes. */
  catalog: boolean
  receivesWebhooks: boolean
  /** Where Sentry's webhooks are to be sent to; null where they are not taken. */
  webhookUrl: string | null
  schedule: { everyMinutes: number | null }
}

export interface OverviewDeps {
  about: About
  /** Entities by the kind that they were made of. */
  counts(): Promise<OriginCount[]>
  /** How a person calls the program, as it is typed. */
  command: string
  clock: Clock
}

export const overviewOperations: readonly Operation[] = [
  operation("get", "/about", "What the process is: what it reads, where it writes to, what it takes."),
  operation(
    "get",
    "/overview",
    "How it goes: the last and the next run, counts, live events, what needs a person.",
  ),
  operation("get", "/kinds", "The kinds there are, and the projects known from the last run."),
]

const lagMinutes = 60
const mostTimes = 20_000
/** Counting reads a row for each entity; nobody needs it fresher than this. */
const countsKeptMs = 2_000

export function overviewRoutes(
  { about, counts, command, clock }: OverviewDeps,
  { runs, liveEvents }: { runs: RunRoutesDeps; liveEvents: EventRoutesDeps | undefined },
): Hono<PagesEnv> {
  const app = new Hono<PagesEnv>()
  const { history, control } = runs
  const counted = onceFor(counts, countsKeptMs, clock)

  app.get("/about", (c) => c.json({ ok: true, ...viewAbout() }))

  app.get("/overview", async (c) => {
    const [newest] = await history.list({ limit: 1 })
    const running = newest?.status === "running" ? newest : null
    const ended = newest && running ? (await history.list({ limit: 1, before: newest.id }))[0] : newest
    const depth = await liveEvents?.log.depth()
    const next = control.next()
    const whole = await lastWhole(history)
    return c.json({
      ok: true,
      about: viewAbout(),
      lastRun: ended ?? null,
      running,
      nextRunAt: next === undefined ? null : new Date(next).toISOString(),
      counts: made(await counted(), whole),
      liveEvents: liveEvents && depth ? await viewEvents(liveEvents, viewDepth(depth)) : null,
      attention: attention({ run: whole, depth, command }),
    })
  })

  app.get("/kinds", async (c) => {
    const run = await lastWhole(history)
    const mapped = new Set(run?.resources.map(({ kind }) => kind))
    const parted = new Set(partsOf(run).map(({ kind }) => kind))
    return c.json({
      ok: true,
      kinds: runs.kinds.map(({ name, eventsOnly = false }) => ({
        name,
        eventsOnly,
        perProject: parted.has(name),
        inMapping: mapped.has(name),
      })),
      projects: [...new Set(partsOf(run).map(({ part }) => part))].sort(),
    })
  })

  function viewAbout() {
    const starts = control.starter() !== undefined
    return {
      ...about,
      resyncs: starts,
      resyncRefusal: starts ? null : "this process does not resync, or has not begun to",
    }
  }

  return app
}

/** Where an object came from is recorded of those too that Port's own blueprints lack. */
function made(counts: readonly OriginCount[], run: RunDetail | undefined): OriginCount[] {
  return counts.map((one) => ({
    ...one,
    entities: Math.max(0, one.entities - (run?.notMade[one.blueprint] ?? 0)),
  }))
}

function partsOf(run: RunDetail | undefined) {
  return run?.sources.filter(({ part }) => part !== "" && part !== "*") ?? []
}

async function viewEvents({ views, clock }: EventRoutesDeps, depth: JsonObject): Promise<JsonObject> {
  const { events, p50Ms, p95Ms } = lagOf(await views.timesSince(clock.now() - lagMinutes * 60_000, mostTimes))
  const [newest] = await views.list({ limit: 1 })
  return {
    ...depth,
    lag: { p50Ms, p95Ms, events, minutes: lagMinutes },
    lastReceivedAt: newest ? (viewRow(newest).receivedAt ?? null) : null,
  }
}
