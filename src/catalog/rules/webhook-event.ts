// An event of a webhook data source: as it came, what became of it, and how both are answered. Pure.
import type { JsonObject, JsonValue } from "../../common/json.ts"
import type { WebhookSecurity } from "./webhook-definition.ts"

/** As a sender's request came. */
export interface ReceivedEvent {
  webhookKey: string
  /** Milliseconds since the epoch. */
  receivedAt: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  /** A parameter that came several times is a list. */
  query: Readonly<Record<string, string | string[]>>
  /** Signatures are over these and nothing else. */
  bytes: Uint8Array
}

/**
 * `done`: every mapping was applied, or had nothing to do. `failed`: something of it could not be read or written.
 * `refused`: its signature is missing or wrong. `duplicate`: an event of the same request id was done before.
 * `dropped`: the data source was disabled or deleted.
 */
export type EventEndState = "done" | "failed" | "refused" | "duplicate" | "dropped"
export const eventStates = ["waiting", "done", "failed", "refused", "duplicate", "dropped"] as const
export type EventState = (typeof eventStates)[number]

/** `no-secret`: a check is asked for, but there is no secret to check with. `unchecked`: none is asked for. */
export type SignatureVerdict = "verified" | "unchecked" | "no-secret" | "refused"

export interface EntityOutcome {
  identifier: string | null
  /** `absent`: to be deleted, and not there. `skipped`: the mapping names no entity for this item. */
  result: "created" | "updated" | "deleted" | "absent" | "skipped" | "failed"
  error?: string
}

export interface MappingOutcome {
  /** Position in the data source's mappings. */
  index: number
  blueprint: string
  operation: "create" | "delete"
  result: "applied" | "filtered" | "skipped" | "failed"
  /** What the filter was asked about: 1, or the items of the list. */
  items: number
  filteredOut: number
  entities: EntityOutcome[]
  error?: string
  /** Expressions that failed and so gave null, and items beyond the bound. */
  notes?: string[]
}

export interface EventOutcome {
  signature?: SignatureVerdict
  error?: string
  mappings?: MappingOutcome[]
}

export interface WebhookEvent extends ReceivedEvent {
  /** Grows with every event. */
  id: number
  state: EventState
  attempts: number
  requestId: string | undefined
  outcome: EventOutcome
  endedAt: number | undefined
}

const masked = "[REDACTED]"
const secretName = /authorization|cookie|token|secret|password|api-?key/

/** Credentials a sender may have sent along; with the algorithm `plain` the signature is the secret itself. */
export function maskHeaders(
  headers: Readonly<Record<string, string>>,
  security: WebhookSecurity,
): Record<string, string> {
  const plain =
    security.signatureAlgorithm === "plain" ? security.signatureHeaderName?.toLowerCase() : undefined
  const isSecret = (name: string) => name === plain || secretName.test(name)
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecret(name) ? masked : value]),
  )
}

export function viewEvent(event: WebhookEvent, security: WebhookSecurity): JsonObject {
  return {
    id: String(event.id),
    status: event.state,
    receivedAt: new Date(event.receivedAt).toISOString(),
    endedAt: event.endedAt === undefined ? null : new Date(event.endedAt).toISOString(),
    attempts: event.attempts,
    requestId: event.requestId ?? null,
    headers: maskHeaders(event.headers, security),
    queryParams: { ...event.query },
    body: viewBody(event.bytes),
    signature: event.outcome.signature ?? null,
    error: event.outcome.error ?? null,
    mappings: (event.outcome.mappings ?? []).map((mapping) => ({ ...mapping }) as unknown as JsonObject), // plain data
  }
}

/** JSON as JSON; anything else, and what is nested too deeply to be answered, as text. */
function viewBody(bytes: Uint8Array): JsonValue {
  const text = new TextDecoder().decode(bytes)
  try {
    const value = JSON.parse(text) as JsonValue // JSON.parse gives exactly these types
    JSON.stringify(value)
    return value
  } catch {
    return text
  }
}
