// The addresses that senders of webhooks are given: keep the bytes, write them down, answer. The work comes later.
import { type Context, Hono } from "hono"
import type { Kysely } from "kysely"
import { errorText } from "../../common/errors.ts"
import type { GroupWrite } from "../../common/group-writes.ts"
import type { Logger } from "../../common/logger.ts"
import type { Clock } from "../../common/sleep.ts"
import { errorBody, type Refusal, refuse } from "../api-error.ts"
import type { ReceivedEvent } from "../rules/webhook-event.ts"
import type { CatalogTables } from "../store/tables.ts"
import { countWaiting } from "../store/webhook-events.ts"
import { readWebhook, webhookKeyPattern } from "../store/webhooks.ts"

export interface ReceiveDeps {
  db: Kysely<CatalogTables>
  append: GroupWrite<ReceivedEvent>
  /** Told of each event that was written down. */
  onAppended(): void
  /** Serve `/<webhookKey>` too, as Port's own ingest host does. */
  bareKeys: boolean
  log: Logger
  clock: Clock
}

/** Port's bound on a payload. */
const maxBytes = 512 * 1024
/** Of a body that is too large so much is still taken, so that its sender gets to read the answer. */
const mostDiscarded = 8 * 1024 * 1024
/** Far above what a worker has waiting in good health; beyond it the sender is asked to come again. */
const mostWaiting = 20_000

export function receiveRoutes(deps: ReceiveDeps): Hono {
  const app = new Hono()
  const isFull = fullness(deps)
  app.post("/ingest/:key", (c) => receive(deps, isFull, c))
  app.all("/ingest/:key", (c) => {
    c.header("allow", "POST")
    return c.json({ ok: false, error: "method_not_allowed", message: "events are sent by POST" }, 405)
  })
  if (deps.bareKeys) app.post(`/:key{${webhookKeyPattern}}`, (c) => receive(deps, isFull, c))
  return app
}

async function receive(deps: ReceiveDeps, isFull: () => Promise<boolean>, c: Context): Promise<Response> {
  const webhookKey = c.req.param("key") ?? ""
  try {
    const isKey = new RegExp(`^${webhookKeyPattern}$`).test(webhookKey)
    const known = isKey ? await readWebhook(deps.db, { webhookKey }) : undefined
    if (!known) return answer(c, refuse(404, "not_found", "no data source has this address"))
    const bytes = await readBytes(c)
    if (!bytes) return answer(c, refuse(413, "bad_request", `the body is larger than ${maxBytes} bytes`))
    if (await isFull()) return busy(c, "too many events wait to be worked on")
    await deps.append({
      webhookKey,
      receivedAt: deps.clock.now(),
      headers: c.req.header(), // names are in lower case
      query: queryOf(c),
      bytes,
    })
  } catch (error) {
    deps.log.error(
      { error: errorText(error) },
      "A webhook event could not be written down, so it was not accepted",
    )
    return busy(c, "the event could not be written down")
  }
  deps.onAppended()
  return c.json({ ok: true }, 202)
}

/** Undefined where there are more than a sender may send. */
async function readBytes(c: Context): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of c.req.raw.body ?? []) {
    size += part.byteLength
    if (size <= maxBytes) parts.push(part)
    if (size > mostDiscarded) break
  }
  return size > maxBytes ? undefined : Buffer.concat(parts)
}

/** Counted once a second at most. */
function fullness({ db, clock }: ReceiveDeps): () => Promise<boolean> {
  let known = { at: Number.NEGATIVE_INFINITY, full: false }
  return async () => {
    if (clock.now() - known.at < 1_000) return known.full
    known = { at: clock.now(), full: known.full }
    known.full = (await countWaiting(db)) >= mostWaiting
    return known.full
  }
}

function queryOf(c: Context): Record<string, string | string[]> {
  const all = Object.entries(c.req.queries())
  return Object.fromEntries(
    all.map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  )
}

function busy(c: Context, message: string): Response {
  c.header("retry-after", "30")
  return c.json({ ok: false, error: "service_unavailable", message }, 503)
}

function answer(c: Context, refusal: Refusal): Response {
  return c.json(errorBody(refusal), refusal.status)
}
