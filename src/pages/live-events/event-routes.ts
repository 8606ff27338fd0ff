// Live events: what came, what became of it, how late it was, and once more.
import { Hono } from "hono"
import { z } from "zod"
import { type JsonObject, parseJson } from "../../common/json.ts"
import { maskValue } from "../../common/mask-value.ts"
import type { Operation } from "../../common/operation.ts"
import type { Clock } from "../../common/sleep.ts"
import type { EventLog } from "../../live-events/event-log.ts"
import type { EventRowView } from "../../live-events/event-row.ts"
import type { EventViews } from "../../live-events/event-views.ts"
import type { LiveEvent } from "../../live-events/live-event.ts"
import type { LogDepth } from "../../live-events/log-depth.ts"
import type { PagesEnv } from "../guard.ts"
import { operation } from "../operation.ts"
import { PageError, wrongRequest } from "../page-error.ts"
import { queryText, readBody, wholeNumber } from "../request.ts"
import { lagBuckets } from "./lag.ts"

export interface EventRoutesDeps {
  log: EventLog
  views: EventViews
  /** Hides what is secret in a text. */
  mask: (text: string) => string
  clock: Clock
}

const states = ["waiting", "working", "done", "dead"]
/** More would be a long answer, and shows no other picture. */
const mostTimes = 50_000

export const eventOperations: readonly Operation[] = [
  operation("get", "/live-events", "The live events received, newest first.", {
    query: {
      limit: "At most so many, 50 by default.",
      before: "`next` of the page before.",
      state: states.join(", "),
      name: "As `issue.created`.",
      key: "As `issue:123`: the events of one object.",
      q: "A text somewhere in name, key, request id or outcome.",
    },
  }),
  operation(
    "get",
    "/live-events/lag",
    "How long events took from their receipt into the catalog, over time.",
    {
      query: { minutes: "So far back, 60 by default.", buckets: "In so many steps, 60 by default." },
    },
  ),
  operation("get", "/live-events/{id}", "One event as it came, its secrets hidden."),
  operation("post", "/live-events/replay", "Lets dead or done events be worked on again.", {
    body: {
      type: "object",
      properties: {
        ids: { type: "array", minItems: 1, maxItems: 1_000, items: { type: "integer" } },
        allDead: { const: true },
      },
    },
  }),
]

const Replay = z.union([
  z.strictObject({ ids: z.array(z.int().positive()).min(1).max(1_000) }),
  z.strictObject({ allDead: z.literal(true) }),
])

/** Without an event log the process takes no live events, and says so. */
export function eventRoutes(deps: EventRoutesDeps | undefined): Hono<PagesEnv> {
  const app = new Hono<PagesEnv>()
  const need = () => {
    if (deps) return deps
    throw new PageError(404, "no_live_events", "this process takes no live events", {
      hint: "see OCEAN__EVENT_LISTENER: shouldProcessWebhooks",
    })
  }

  app.get("/live-events", async (c) => {
    const { views, log } = need()
    const limit = wholeNumber(c, "limit", { min: 1, max: 500, otherwise: 50 })
    const before = wholeNumber(c, "before", { min: 0, max: Number.MAX_SAFE_INTEGER, otherwise: 0 })
    const [state, name, key, text] = ["state", "name", "key", "q"].map((each) => queryText(c, each))
    if (state !== undefined && !states.includes(state)) {
      throw wrongRequest({ where: "state", what: `must be one of ${states.join(", ")}` })
    }
    const found = await views.list({
      ...{ state, name, key, text },
      before: before === 0 ? undefined : before,
      limit: limit + 1,
    })
    const events = found.slice(0, limit)
    return c.json({
      ok: true,
      events: events.map(viewRow),
      next: found.length > limit ? (events.at(-1)?.id ?? null) : null,
      depth: viewDepth(await log.depth()),
      names: await views.names(),
    })
  })

  app.get("/live-events/lag", async (c) => {
    const { views, clock } = need()
    const minutes = wholeNumber(c, "minutes", { min: 1, max: 7 * 24 * 60, otherwise: 60 })
    const count = wholeNumber(c, "buckets", { min: 1, max: 500, otherwise: 60 })
    const to = clock.now()
    const from = to - minutes * 60_000
    const times = await views.timesSince(from, mostTimes)
    return c.json({ ok: true, ...lagBuckets(times, { from, to, count }), complete: times.length < mostTimes })
  })

  app.get("/live-events/:id", async (c) => {
    const { log, mask } = need()
    const id = c.req.param("id")
    const event = /^\d{1,15}$/.test(id) ? await log.find(Number(id)) : undefined
    if (!event) throw noEvent([id])
    return c.json({ ok: true, event: viewEvent(event, mask) })
  })

  app.post("/live-events/replay", async (c) => {
    const { log } = need()
    const order = await readBody(c, Replay)
    if ("allDead" in order) return c.json({ ok: true, replayed: await log.replay() })
    const known = await Promise.all(order.ids.map((id) => log.find(id)))
    const missing = order.ids.filter((_, at) => known[at] === undefined)
    if (missing.length > 0) throw noEvent(missing.map(String))
    return c.json({ ok: true, replayed: await log.replay(order.ids) })
  })

  return app
}

export function viewRow(event: EventRowView): JsonObject {
  const { id, name, key, state, trusted, attempts, receivedAt, endedAt } = event
  return {
    ...{ id, name, key, state, trusted, attempts },
    requestId: event.requestId ?? null,
    outcome: event.outcome ?? null,
    receivedAt: new Date(receivedAt).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    lagMs: state === "done" && endedAt !== undefined ? endedAt - receivedAt : null,
  }
}

export function viewDepth({ waiting, working, dead, oldest }: LogDepth): JsonObject {
  return { waiting, working, dead, oldestAt: oldest === undefined ? null : new Date(oldest).toISOString() }
}

function viewEvent(event: LiveEvent, mask: (text: string) => string): JsonObject {
  const body = maskValue(parseJson(event.body) ?? event.body, mask)
  const headers = maskValue({ ...event.headers }, mask)
  return {
    ...viewRow(event),
    path: event.path,
    headers: headers.value,
    body: body.value,
    maskedFields: body.hidden + headers.hidden,
  }
}

function noEvent(ids: readonly string[]): PageError {
  return new PageError(404, "not_found", `there is no event ${ids.join(", ")} in this log`, {
    hint: "events that are done are forgotten after a time",
  })
}
