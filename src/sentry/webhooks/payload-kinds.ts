// Events that carry what no list of Sentry's gives: they are raw objects of kinds of their own.
import type { JsonObject } from "../../common/json.ts"
import type { Meaning } from "../../live-events/live-event.ts"
import { idText, objectAt } from "./body.ts"

interface PayloadEvent {
  headers: Readonly<Record<string, string>>
  body: JsonObject
  trusted: boolean
}

/** The kind that takes a resource's events, and where the id of its object is. */
const payloadKinds: Record<string, { kind: string; id(data: JsonObject): string | undefined }> = {
  comment: { kind: "comment", id: (data) => idText(data.comment_id) },
  error: { kind: "error", id: (data) => idText(objectAt(data, "error").event_id) },
  event_alert: { kind: "event-alert", id: (data) => idText(objectAt(data, "event").event_id) },
  metric_alert: { kind: "metric-alert", id: (data) => idText(objectAt(data, "metric_alert").id) },
}

/** The raw object is what a webhook data source of Port's sees too: `{ body, headers }`. */
export function payloadMeaning(name: string, { headers, body, trusted }: PayloadEvent): Meaning[] {
  const [resource = "", action] = name.split(".")
  const payload = Object.hasOwn(payloadKinds, resource) ? payloadKinds[resource] : undefined
  if (!payload) return []
  if (!trusted)
    return [{ type: "nothing", why: "its content is not believed: it is not signed, or its time is off" }]
  const data = objectAt(body, "data")
  const id = payload.id(data)
  if (id === undefined) return [{ type: "nothing", why: `it names no ${payload.kind}` }]
  const part = idText(data.project_slug) ?? ""
  return [
    {
      type: "payload",
      kind: payload.kind,
      item: { raw: { body, headers: { ...headers } }, origin: { part, id } },
      removed: action === "deleted",
    },
  ]
}
