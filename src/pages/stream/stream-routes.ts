// Server-sent events: what changes, as it changes. All of it is read from the database, so that a stream goes on after
// the process was started anew, and shows what other processes on the same database do.
import { Hono } from "hono"
import { type SSEStreamingApi, streamSSE } from "hono/streaming"
import { errorText } from "../../common/errors.ts"
import type { Logger } from "../../common/logger.ts"
import type { Operation } from "../../common/operation.ts"
import type { Clock } from "../../common/sleep.ts"
import type { PagesEnv } from "../guard.ts"
import { operation } from "../operation.ts"
import { wrongRequest } from "../page-error.ts"
import { queryText } from "../request.ts"
import type { StreamEvent, StreamSource } from "./stream-source.ts"

export interface StreamRoutesDeps {
  sources: readonly StreamSource[]
  clock: Clock
  log: Logger
  /** Ends all streams. */
  signal: AbortSignal
  /** Whether the listener may still listen; asked before anything is told. */
  mayStay(request: Request): Promise<boolean>
}

export const streamOperations: readonly Operation[] = [
  operation(
    "get",
    "/stream",
    "What changes, as server-sent events; goes on from `Last-Event-ID` after a reconnect.",
    {
      query: {
        topics:
          "runs, live-events, entities, dry-runs, and of a host installations: those wanted, by commas; by default all there are.",
      },
      answers: { 200: { text: "The stream.", type: "text/event-stream" } },
    },
  ),
]

const lookMs = 1_000
/** What is committed late, and clocks that differ: what is older than this is not missed any more. */
const overlapMs = 3_000
/** After a longer time away a listener reads everything anew. */
const longestAwayMs = 10 * 60_000
const aliveEveryMs = 15_000
const reconnectAfterMs = 2_000

export function streamRoutes(deps: StreamRoutesDeps): Hono<PagesEnv> {
  const app = new Hono<PagesEnv>()
  app.get("/stream", (c) => {
    const sources = chosen(deps.sources, queryText(c, "topics"))
    const last = Number(c.req.header("last-event-id") ?? Number.NaN)
    const request = c.req.raw
    c.header("x-accel-buffering", "no") // proxies that would gather the events let them through
    return streamSSE(c, (stream) => tell(deps, { stream, sources, last, request }))
  })
  return app
}

interface Telling {
  stream: SSEStreamingApi
  sources: readonly StreamSource[]
  /** When what the listener has got last was read; NaN where it has got nothing. */
  last: number
  request: Request
}

async function tell(deps: StreamRoutesDeps, { stream, sources, last, request }: Telling): Promise<void> {
  const { clock, log } = deps
  const gone = new AbortController()
  stream.onAbort(() => gone.abort())
  const signal = AbortSignal.any([deps.signal, gone.signal])
  const begun = clock.now()
  const isAway = last > 0 && begun - last > longestAwayMs
  const readers = sources.map((source) => source.open())
  let since = last > 0 && !isAway ? last : begun
  let aliveAt = begun

  const send = (now: number, { event, data }: StreamEvent) =>
    stream.writeSSE({ event, data: JSON.stringify(data), id: String(now) })
  await stream.write(`retry: ${reconnectAfterMs}\n`)
  await send(since, { event: "hello", data: { topics: sources.map(({ topic }) => topic) } })
  if (isAway) await send(begun, { event: "reset", data: {} })

  while (!signal.aborted) {
    const now = clock.now()
    try {
      if (!(await deps.mayStay(request))) return
      for (const read of readers) for (const event of await read(since - overlapMs)) await send(now, event)
      since = now
    } catch (error) {
      log.warn({ error: errorText(error) }, "What has changed could not be read for a page")
    }
    if (now - aliveAt >= aliveEveryMs) {
      await stream.write(": alive\n\n")
      aliveAt = now
    }
    await clock.sleep(lookMs, signal).catch(() => undefined)
  }
}

function chosen(sources: readonly StreamSource[], topics: string | undefined): readonly StreamSource[] {
  if (topics === undefined) return sources
  const wanted = topics.split(",").map((topic) => topic.trim())
  const known = ["runs", "live-events", "entities", "dry-runs", "installations"]
  const odd = wanted.find((topic) => !known.includes(topic))
  if (odd !== undefined)
    throw wrongRequest({ where: "topics", what: `there is no topic "${odd}"`, hint: known.join(", ") })
  return sources.filter(({ topic }) => wanted.includes(topic))
}
