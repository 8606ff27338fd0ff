// Sentry's webhooks: who sent one, what it is called, which object it is about, and what to do about it.
import type { JsonObject, JsonValue } from "../../common/json.ts"
import type { Delivery, Description, Meaning, WebhookProtocol } from "../../live-events/live-event.ts"
import { issueKinds } from "../issues/issue-objects.ts"
import { idText, objectAt } from "./body.ts"
import { payloadMeaning } from "./payload-kinds.ts"
import { isSigned } from "./signature.ts"

export interface SentryWebhookOptions {
  /** Client secrets of the integrations that may send; none: nothing can be checked. */
  secrets: readonly string[]
  /** An older or later `Sentry-Hook-Timestamp` (it is not signed) makes an event a hint, in milliseconds. */
  toleranceMs: number
}

export function sentryWebhooks(options: SentryWebhookOptions): WebhookProtocol {
  return {
    verify({ bytes, headers }) {
      if (options.secrets.length === 0) return "unsigned"
      return isSigned(bytes, headers["sentry-hook-signature"], options.secrets) ? "signed" : "refused"
    },
    describe: (delivery, body, signed) =>
      describe(delivery, body, signed && isTimely(delivery, options.toleranceMs)),
    keyOf: (kind, id) => (issueKinds.includes(kind) ? issueKey(id) : undefined),
    hint(key) {
      const [kind, id] = key.split(":")
      return kind === "issue"
        ? { name: "issue.check", body: { data: { issue: { id: id ?? "" } } } }
        : undefined
    },
    meanings: ({ name, headers, body, trusted }) => [
      ...issueMeanings(name, body),
      ...payloadMeaning(name, { headers, body, trusted }),
    ],
  }
}

/** The event's name is the header and the body's action together; the body alone does not tell. */
function describe({ headers }: Delivery, body: JsonObject, trusted: boolean): Description {
  const resource = headers["sentry-hook-resource"] ?? "unknown"
  const action = typeof body.action === "string" ? body.action : "unknown"
  const requestId = headers["request-id"]
  return {
    requestId: requestId && /^[\w-]{1,128}$/.test(requestId) ? requestId : undefined,
    name: `${shortened(resource)}.${shortened(action)}`,
    key: keyOf(resource, body),
    trusted,
  }
}

/** What is about one object has one key, so that it is worked on in order. */
function keyOf(resource: string, body: JsonObject): string {
  const data = objectAt(body, "data")
  const issue = issueIdOf(data)
  if (resource === "comment") return `comment:${nameOf(data.comment_id)}`
  if (resource === "metric_alert") return `metric-alert:${nameOf(objectAt(data, "metric_alert").id)}`
  if (resource === "error" || resource === "event_alert") {
    const event = resource === "error" ? objectAt(data, "error") : objectAt(data, "event")
    return `event:${nameOf(event.event_id)}`
  }
  return issue === undefined
    ? `${shortened(resource)}:${nameOf(objectAt(body, "installation").uuid)}`
    : issueKey(issue)
}

function issueKey(id: string): string {
  return `issue:${id}`
}

/** Whatever an event says of an issue may be old or forged: the issue itself is read again. */
function issueMeanings(name: string, body: JsonObject): Meaning[] {
  const [resource] = name.split(".")
  if (resource === "installation" || resource === "preprod_artifact" || resource === "metric_alert") return []
  const id = issueIdOf(objectAt(body, "data"))
  if (id === undefined) return []
  return [{ type: "refresh", kinds: issueKinds, origin: { part: "", id } }]
}

/** Where the resources put the id of the issue they are about. */
function issueIdOf(data: JsonObject): string | undefined {
  return (
    issueId(objectAt(data, "issue").id) ??
    issueId(data.issue_id) ??
    issueId(data.group_id) ??
    issueId(objectAt(data, "error").issue_id) ??
    issueId(objectAt(data, "event").issue_id) ??
    issueId(objectAt(data, "error").groupID) ??
    issueId(objectAt(data, "event").groupID)
  )
}

/** Ids go into addresses; anything but digits is none. */
function issueId(value: JsonValue | undefined): string | undefined {
  const text = idText(value)
  return text !== undefined && /^\d{1,20}$/.test(text) ? text : undefined
}

/** A part of a key: of what an id may contain, so that every database takes it (PostgreSQL no NUL) and a log shows it. */
function nameOf(id: JsonValue | undefined): string {
  return idText(id)?.replaceAll(/[^\w.-]/g, "_") ?? "?"
}

function shortened(name: string): string {
  return /^[\w-]{1,60}$/.test(name) ? name : "unknown"
}

function isTimely({ headers, receivedAt }: Delivery, toleranceMs: number): boolean {
  const seconds = Number(headers["sentry-hook-timestamp"])
  return Number.isFinite(seconds) && Math.abs(receivedAt - seconds * 1_000) <= toleranceMs
}
