// Webhooks of all installations: each at an address of its own, checked with its own secret, written down before it is answered.
import { type Context, Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import type { Insertable } from "kysely"
import { errorText } from "../common/errors.ts"
import { createGroupWrite } from "../common/group-writes.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { Database } from "../database/database.ts"
import type { WaitingEvents } from "./attention.ts"
import type { HostTables } from "./host-tables.ts"
import type { InstallationStore } from "./installation-store.ts"

export interface HostedEvent {
  id: number
  headers: Record<string, string>
  body: string
  attempts: number
}

export interface Inbox {
  routes: Hono
  /** Installations that have events which are due. */
  due(): Promise<string[]>
  /** Oldest first. */
  take(installation: string, most: number): Promise<HostedEvent[]>
  done(ids: readonly number[]): Promise<void>
  later(ids: readonly number[], dueAt: number): Promise<void>
  /** By installation: how many are not handed over yet, and since when. */
  waiting(): Promise<Map<string, WaitingEvents>>
  /** Drops all of an installation that is gone. */
  clear(installation: string): Promise<void>
}

export interface InboxDeps {
  database: Database
  store: Pick<InstallationStore, "get">
  /** Whether the bytes were signed with the secret. */
  isSigned(bytes: Uint8Array, signature: string | undefined, secret: string): boolean
  maxBytes: number
  /** Of one installation; more are answered 503, and the others go on. */
  mostWaiting: number
  onAppended(): void
  log: Logger
  clock: Clock
}

type Kept = Insertable<HostTables["host_inbox"]>

/** An installation is read anew for its webhooks after this time at the latest. */
const secretFreshMs = 5_000
const rowsAtOnce = 200

export function createInbox(deps: InboxDeps): Inbox {
  const { database, log, clock } = deps
  const db = database.kysely<HostTables>()
  const append = createGroupWrite<Kept>(
    async (rows) => {
      await database.transaction<HostTables, void>(
        async (tx) =>
          void (await tx
            .insertInto("host_inbox")
            .values([...rows])
            .execute()),
        { sync: "aside" },
      )
    },
    { most: rowsAtOnce },
  )
  const secretOf = secretCache(deps)
  const depth = waitingCache(deps)
  const routes = new Hono()
  const limit = bodyLimit({
    maxSize: deps.maxBytes,
    onError: (c) =>
      c.json({ status: "error", message: `the body is larger than ${deps.maxBytes} bytes` }, 413),
  })

  async function receive(context: Context): Promise<Response> {
    const installation = context.req.param("id") ?? ""
    const bytes = new Uint8Array(await context.req.arrayBuffer())
    const headers = context.req.header()
    // An unknown address takes as long as a wrong signature, and looks the same as one without webhooks.
    const { secret, isUnreadable } = await secretOf(installation)
    if (isUnreadable) return busy(context, "its signature cannot be checked at the moment")
    const signed = deps.isSigned(
      bytes,
      headers["sentry-hook-signature"],
      secret ?? "no installation has this secret",
    )
    if (secret === undefined) return context.json({ status: "error", message: "no such address" }, 404)
    if (!signed) return context.json({ status: "error", message: "the signature is missing or wrong" }, 401)
    try {
      if ((await depth.of(installation)) >= deps.mostWaiting)
        return busy(context, "too many events of it wait")
      await append(keptOf(installation, headers, bytes, clock.now()))
    } catch (error) {
      log.error({ installation, error: errorText(error) }, "A webhook could not be written down")
      return busy(context, "the event could not be written down")
    }
    depth.more(installation)
    deps.onAppended()
    return context.json({ status: "ok" })
  }

  for (const path of ["/in/:id/integration/webhook", "/in/:id/ingress"]) routes.post(path, limit, receive)
  return {
    routes,
    async due() {
      const rows = await db
        .selectFrom("host_inbox")
        .select("installation")
        .distinct()
        .where("due_at", "<=", clock.now())
        .execute()
      return rows.map(({ installation }) => installation)
    },
    async take(installation, most) {
      const rows = await db
        .selectFrom("host_inbox")
        .select(["id", "headers", "body", "attempts"])
        .where("installation", "=", installation)
        .where("due_at", "<=", clock.now())
        .orderBy("id")
        .limit(most)
        .execute()
      return rows.map(({ id, headers, body, attempts }) => ({
        id: Number(id),
        headers: JSON.parse(headers) as Record<string, string>, // written by `keptOf`
        body,
        attempts: Number(attempts),
      }))
    },
    async done(ids) {
      if (ids.length > 0)
        await db
          .deleteFrom("host_inbox")
          .where("id", "in", [...ids])
          .execute()
    },
    async later(ids, dueAt) {
      if (ids.length === 0) return
      await db
        .updateTable("host_inbox")
        .set((row) => ({ due_at: dueAt, attempts: row("attempts", "+", 1) }))
        .where("id", "in", [...ids])
        .execute()
    },
    async waiting() {
      const rows = await db
        .selectFrom("host_inbox")
        .select((row) => [
          "installation",
          row.fn.countAll<number>().as("events"),
          row.fn.min("received_at").as("oldest"),
        ])
        .groupBy("installation")
        .execute()
      return new Map(
        rows.map(({ installation, events, oldest }) => [
          installation,
          { events: Number(events), oldestAt: Number(oldest) },
        ]),
      )
    },
    async clear(installation) {
      await db.deleteFrom("host_inbox").where("installation", "=", installation).execute()
    },
  }
}

function busy(context: Context, message: string): Response {
  context.header("retry-after", "30")
  return context.json({ status: "error", message }, 503)
}

/** What Sentry said of the delivery; the rest of the headers is the proxies'. */
function keptOf(installation: string, headers: Record<string, string>, bytes: Uint8Array, now: number): Kept {
  const kept = Object.entries(headers).filter(([name]) =>
    /^(content-type|request-id|sentry-hook-.*)$/.test(name),
  )
  return {
    installation,
    request_id: headers["request-id"] ?? null,
    headers: JSON.stringify(Object.fromEntries(kept)),
    // Base64, since a signature is over bytes, whatever letters they are.
    body: Buffer.from(bytes).toString("base64"),
    received_at: now,
    due_at: now,
    attempts: 0,
  }
}

interface KnownSecret {
  secret: string | undefined
  /** The host's key is another one by now: the event is asked for again, since nobody can say whether it is one. */
  isUnreadable: boolean
}

function secretCache({ store, clock }: InboxDeps): (id: string) => Promise<KnownSecret> {
  const held = new Map<string, KnownSecret & { until: number }>()
  return async (id) => {
    const known = held.get(id)
    if (known && clock.now() < known.until) return known
    const one = await store.get(id)
    const isEnabled = one?.spec.enabled === true
    const found = {
      secret: isEnabled ? one.secrets["sentry.webhookSecret"] : undefined,
      isUnreadable: isEnabled && one.unreadable["sentry.webhookSecret"] !== undefined,
    }
    // Addresses that do not exist must not fill the memory.
    if (one) held.set(id, { ...found, until: clock.now() + secretFreshMs })
    else held.delete(id)
    return found
  }
}

/** How many wait, counted every second at most. */
function waitingCache({ database, clock }: InboxDeps): {
  of(id: string): Promise<number>
  more(id: string): void
} {
  const held = new Map<string, { count: number; until: number }>()
  return {
    async of(id) {
      const known = held.get(id)
      if (known && clock.now() < known.until) return known.count
      const { count } = await database
        .kysely<HostTables>()
        .selectFrom("host_inbox")
        .select((row) => row.fn.countAll<number>().as("count"))
        .where("installation", "=", id)
        .executeTakeFirstOrThrow()
      held.set(id, { count: Number(count), until: clock.now() + 1_000 })
      return Number(count)
    },
    more(id) {
      const known = held.get(id)
      if (known) known.count++
    },
  }
}
