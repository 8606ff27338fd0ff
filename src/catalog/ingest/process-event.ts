// One event from what was received to its end: signature, body, mappings, and one transaction for all of its effect.
import type { Kysely } from "kysely"
import type { JsonValue } from "../../common/json.ts"
import type { Logger } from "../../common/logger.ts"
import type { Clock } from "../../common/sleep.ts"
import type { Database } from "../../database/database.ts"
import type { Jq } from "../../mapping/jq.ts"
import { rewriteQuotes } from "../../mapping/ocean-quotes.ts"
import { parseStorable } from "../requests.ts"
import { type MappingOutcome, maskHeaders, type WebhookEvent } from "../rules/webhook-event.ts"
import type { BlueprintStore } from "../store/blueprints.ts"
import type { CatalogTables } from "../store/tables.ts"
import { type EventEnd, endEvent, isWaiting, wasDone } from "../store/webhook-events.ts"
import { readWebhook, type WebhookRecord } from "../store/webhooks.ts"
import { applyEvent } from "./apply-event.ts"
import { type EventInput, type MappedEvent, mapEvent } from "./map-event.ts"
import { judgeSignature } from "./signature.ts"

export interface ProcessDeps {
  database: Database
  blueprints: BlueprintStore
  jq: Jq
  log: Logger
  clock: Clock
}

/** What an event comes to; as a function, what it does to the catalog on the way there. */
type Ending = Pick<EventEnd, "state" | "outcome" | "requestId">
type Effect = (tx: Kysely<CatalogTables>) => Promise<Ending>

/** For so long a request id that was done is not done again. */
const rememberRequestsMs = 24 * 60 * 60 * 1000

/**
 * Its entities and its end are one commit: whatever happens in between, it is done wholly and once. Processes that work
 * on the same event at the same time lose nothing but time; the first commit counts.
 */
export async function processEvent(
  deps: ProcessDeps,
  event: WebhookEvent,
  signal: AbortSignal,
): Promise<void> {
  const db = deps.database.kysely<CatalogTables>()
  const webhook = await readWebhook(db, { webhookKey: event.webhookKey })
  const effect = await prepare(deps, webhook, event, signal)
  const ending = await deps.database.transaction<CatalogTables, Ending | undefined>(
    async (tx) => {
      if (!(await isWaiting(tx, event.id))) return undefined
      const result = await effect(tx)
      const headers = maskHeaders(event.headers, webhook?.attributes.security ?? {})
      await endEvent(tx, event.id, { ...result, headers, endedAt: deps.clock.now() })
      return result
    },
    { lock: "catalog" },
  )
  if (ending) tell(deps.log, { event, webhook, ending })
}

/** All that needs no transaction: jq may take its time. */
async function prepare(
  deps: ProcessDeps,
  webhook: WebhookRecord | undefined,
  event: WebhookEvent,
  signal: AbortSignal,
): Promise<Effect> {
  if (!webhook) return only("dropped", { error: "the data source was deleted" })
  const { enabled, security, mappings } = webhook.attributes
  if (!enabled) return only("dropped", { error: "the data source is disabled" })
  const signature = judgeSignature(security, event.headers, event.bytes)
  if (signature === "refused")
    return only("refused", { signature, error: "the signature is missing or wrong" })
  const body = parseBody(event.bytes)
  if (body === undefined) return only("failed", { signature, error: "the body is not JSON" })
  const input: EventInput = { headers: { ...event.headers }, body, queryParams: { ...event.query } }
  const requestId = await readRequestId(deps.jq, security.requestIdentifierPath, input, signal)
  const mapped: MappedEvent[] = []
  for (const mapping of mappings) mapped.push(await mapEvent(deps.jq, mapping, input, signal))
  return async (tx) => {
    if (requestId !== undefined && (await isRepeated(deps, tx, event.webhookKey, requestId))) {
      return { state: "duplicate", outcome: { signature }, requestId }
    }
    const outcomes = await apply(deps, tx, webhook, event, mapped)
    const state = outcomes.some(({ result }) => result === "failed") ? "failed" : "done"
    return { state, outcome: { signature, mappings: outcomes }, requestId }
  }
}

function only(state: Ending["state"], outcome: Ending["outcome"]): Effect {
  return async () => ({ state, outcome, requestId: undefined })
}

/** JSON is UTF-8; bytes that are not are no JSON. */
function parseBody(bytes: Uint8Array): JsonValue | undefined {
  try {
    return parseStorable(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  } catch {
    return undefined // told as the event's error
  }
}

/** What the sender calls this request; an expression that gives none means that none is told apart. */
async function readRequestId(
  jq: Jq,
  path: string | null | undefined,
  input: EventInput,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!path) return undefined
  const cell = await jq.evaluateOne(rewriteQuotes(path), input, { signal })
  if (cell.kind !== "value" || cell.value === null || cell.value === "") return undefined
  return typeof cell.value === "string"
    ? cell.value.replaceAll("\u0000", "\uFFFD")
    : JSON.stringify(cell.value)
}

async function isRepeated(
  { clock }: ProcessDeps,
  tx: Kysely<CatalogTables>,
  webhookKey: string,
  requestId: string,
): Promise<boolean> {
  return await wasDone(tx, { webhookKey, requestId, since: clock.now() - rememberRequestsMs })
}

async function apply(
  { database, blueprints, clock }: ProcessDeps,
  tx: Kysely<CatalogTables>,
  { identifier, attributes }: WebhookRecord,
  event: WebhookEvent,
  mapped: readonly MappedEvent[],
): Promise<MappingOutcome[]> {
  const writer = {
    actor: `webhook/${identifier}`,
    datasource: identifier,
    now: clock.now(),
    origin: identifier,
    webhookId: identifier,
    webhookEventId: String(event.id),
  }
  const set = await blueprints.current(tx)
  return await applyEvent({ tx, json: database.json, blueprints: set, writer }, attributes.mappings, mapped)
}

function tell(
  log: Logger,
  { event, webhook, ending }: { event: WebhookEvent; webhook: WebhookRecord | undefined; ending: Ending },
): void {
  if (ending.state !== "failed" && ending.state !== "refused") return
  const why = ending.outcome.error ?? firstError(ending.outcome.mappings ?? [])
  const what = { webhook: webhook?.identifier, event: event.id, why }
  log.warn(what, ending.state === "refused" ? "Webhook event refused" : "Webhook event failed")
}

function firstError(mappings: readonly MappingOutcome[]): string | undefined {
  const all = mappings.flatMap(({ error, entities }) => [error, ...entities.map((entity) => entity.error)])
  return all.find((error) => error !== undefined)
}
