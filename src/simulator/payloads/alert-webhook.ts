// What Sentry's webhooks carry of single events and of alerts.
import { createHash } from "node:crypto"
import type { JsonObject } from "../../common/json.ts"
import type { Issue } from "../model.ts"
import { isoTime } from "./time.ts"
import { sentryItself, type WebhookMessage, type WebhookServer } from "./webhook.ts"

export interface MetricAlert {
  /** Name of the rule. */
  title: string
  action: "critical" | "warning" | "resolved"
  /** Slugs. */
  projects: string[]
  environment?: string
  threshold?: number
  description?: string
  /** The incident: further actions of the same alert carry the same one. */
  id?: string
}

/** `eventId`: 32 hexadecimal digits; without one the issue's newest event is meant, whose id is made of the issue's. */
export function errorMessage(server: WebhookServer, issue: Issue, eventId?: string): WebhookMessage {
  const error = eventBody(server, issue, eventId)
  return { resource: "error", action: "created", data: { error }, actor: sentryItself }
}

export function eventAlertMessage(
  server: WebhookServer,
  issue: Issue,
  { rule, settings, appId }: { rule: string; settings?: { name: string; value: string }[]; appId: number },
): WebhookMessage {
  const data: JsonObject = { event: eventBody(server, issue), triggered_rule: rule }
  if (settings) data.issue_alert = { id: 16_220_417, title: rule, sentry_app_id: appId, settings }
  return { resource: "event_alert", action: "triggered", data, actor: sentryItself }
}

const alertStatus = { resolved: 2, warning: 10, critical: 20 }

export function metricAlertMessage(
  { organization }: WebhookServer,
  alert: MetricAlert,
  app: { id: number; name: string },
): WebhookMessage {
  const now = isoTime(organization.clock.now())
  const { id = "1", title, action, projects } = alert
  const data: JsonObject = {
    metric_alert: {
      id,
      identifier: "1",
      organization_id: organization.id,
      projects,
      alert_rule: alertRule(organization.id, alert, { app, now }),
      activities: null,
      seen_by: null,
      has_seen: null,
      status: alertStatus[action],
      status_method: 3,
      type: 2,
      title,
      date_started: now,
      date_detected: now,
      date_created: now,
      date_closed: action === "resolved" ? now : null,
    },
    description_text:
      alert.description ?? `${alert.threshold ?? 100} events in the last 10 minutes\nFilter: level:error`,
    description_title: `${action.charAt(0).toUpperCase()}${action.slice(1)}: ${title}`,
    web_url: `${organization.url}/alerts/rules/details/7/?alert=${id}`,
  }
  return { resource: "metric_alert", action, data, actor: sentryItself }
}

function alertRule(
  organizationId: string,
  alert: MetricAlert,
  { app, now }: { app: { id: number; name: string }; now: string },
): JsonObject {
  const action = {
    id: "33",
    alert_rule_trigger_id: "21",
    type: "sentry_app",
    target_type: "sentry_app",
    target_identifier: String(app.id),
    input_channel_id: null,
    integration_id: null,
    sentry_app_id: app.id,
    date_created: now,
    desc: app.name,
  }
  const trigger = {
    id: "21",
    alert_rule_id: "7",
    label: alert.action === "warning" ? "warning" : "critical",
    threshold_type: 0,
    alert_threshold: alert.threshold ?? 100,
    resolve_threshold: null,
    date_created: now,
    actions: [action],
  }
  return {
    id: "7",
    name: alert.title,
    organization_id: organizationId,
    status: 0,
    query_type: 0,
    dataset: "events",
    query: "level:error",
    aggregate: "count()",
    threshold_type: 0,
    resolve_threshold: null,
    time_window: 10,
    environment: alert.environment ?? null,
    resolution: 1,
    threshold_period: 1,
    triggers: [trigger],
    projects: alert.projects,
    include_all_projects: false,
    owner: null,
    original_alert_rule_id: null,
    comparison_delta: null,
    date_modified: now,
    date_created: now,
    created_by: null,
  }
}

function eventBody({ organization, apiUrl }: WebhookServer, issue: Issue, eventId?: string): JsonObject {
  const digest = createHash("md5").update(`${issue.id} ${issue.lastSeen}`).digest("hex")
  const id = eventId ?? digest
  const project = organization.projects.get(issue.projectId)
  const newest = (key: string) =>
    issue.tags.get(key)?.toSorted((left, right) => right.lastSeen - left.lastSeen)[0]?.value
  const api = `${apiUrl}/api/0`
  return {
    event_id: id,
    project: Number(issue.projectId),
    release: newest("release") ?? null,
    dist: null,
    platform: issue.platform ?? "other",
    message: "",
    datetime: isoTime(issue.lastSeen),
    tags: [...issue.tags.keys()].map((key) => [key, newest(key) ?? ""]),
    _meta: {},
    contexts: {},
    culprit: issue.culprit,
    environment: newest("environment") ?? null,
    exception: {
      values: [
        { type: issue.metadata.type ?? null, value: issue.metadata.value ?? issue.title, stacktrace: null },
      ],
    },
    fingerprint: ["{{ default }}"],
    hashes: [createHash("md5").update(issue.id).digest("hex")],
    level: issue.level,
    location: issue.metadata.filename ?? null,
    logger: issue.logger ?? "",
    metadata: issue.metadata,
    received: issue.lastSeen / 1_000,
    request: null,
    sdk: issue.metadata.sdk ?? null,
    timestamp: issue.lastSeen / 1_000,
    title: issue.title,
    type: issue.type,
    user: null,
    version: "7",
    url: `${api}/projects/${organization.slug}/${project?.slug ?? ""}/events/${id}/`,
    web_url: `${organization.url}/issues/${issue.id}/events/${id}/`,
    issue_url: `${api}/organizations/${organization.slug}/issues/${issue.id}/`,
    issue_id: issue.id,
  }
}
