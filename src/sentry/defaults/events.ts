// The kinds that webhooks alone give, as resources beside the default mapping's, each with its blueprint. With that mapping
// an issue has an entity per environment, so that an event relates to them by a search for its issue's id.
import type { JsonObject } from "../../common/json.ts"
import { resource } from "./resource.ts"

const issuesRelation: JsonObject = { title: "Sentry Issues", target: "sentryIssue", required: false, many: true }

/** All environments of the issue whose id the expression gives. */
function issuesOf(id: string): JsonObject {
  return {
    combinator: '"and"',
    rules: [{ property: '"$identifier"', operator: '"contains"', value: `(${id} | tostring) + "-"` }],
  }
}

export const eventBlueprints: JsonObject[] = [
  {
    identifier: "sentryComment",
    title: "Sentry Comment",
    icon: "Sentry",
    schema: {
      properties: {
        action: {
          type: "string",
          title: "Action",
          enum: ["created", "updated", "deleted"],
          enumColors: { created: "green", updated: "blue", deleted: "red" },
        },
        comment: { type: "string", title: "Comment", format: "markdown" },
        project: { type: "string", title: "Project" },
        issue_id: { type: "string", title: "Issue ID" },
        timestamp: { type: "string", title: "Timestamp", format: "date-time" },
      },
      required: [],
    },
    relations: { sentryIssue: issuesRelation },
  },
  {
    identifier: "sentryAlert",
    title: "Sentry Alert",
    icon: "Sentry",
    schema: {
      properties: {
        status: { type: "string", title: "Status" },
        rule: { type: "string", title: "Rule" },
        description: { type: "string", title: "Description" },
        projects: { type: "array", title: "Projects", items: { type: "string" } },
        link: { type: "string", title: "Link", format: "url" },
        triggeredAt: { type: "string", title: "Triggered At", format: "date-time" },
      },
      required: [],
    },
    relations: { sentryIssue: issuesRelation },
  },
  {
    identifier: "sentryError",
    title: "Sentry Error",
    icon: "Sentry",
    schema: {
      properties: {
        level: { type: "string", title: "Level" },
        environment: { type: "string", title: "Environment" },
        release: { type: "string", title: "Release" },
        culprit: { type: "string", title: "Culprit" },
        link: { type: "string", title: "Link", format: "url" },
        occurredAt: { type: "string", title: "Occurred At", format: "date-time" },
      },
      required: [],
    },
    relations: { sentryIssue: issuesRelation },
  },
]

export const eventResources: JsonObject[] = [
  resource({
    kind: "comment",
    blueprint: "sentryComment",
    identifier: ".body.data.comment_id | tostring",
    title: '"Comment Event"',
    properties: {
      action: ".body.action",
      comment: ".body.data.comment",
      project: ".body.data.project_slug",
      issue_id: ".body.data.issue_id | tostring",
      timestamp: ".body.data.timestamp",
    },
    relations: { sentryIssue: issuesOf(".body.data.issue_id") },
  }),
  resource({
    kind: "event-alert",
    blueprint: "sentryAlert",
    identifier: '"event-" + .body.data.event.event_id',
    title: ".body.data.triggered_rule",
    properties: {
      status: ".body.action",
      rule: ".body.data.triggered_rule",
      description: ".body.data.event.title",
      link: ".body.data.event.web_url",
      triggeredAt: ".body.data.event.datetime",
    },
    relations: { sentryIssue: issuesOf(".body.data.event.issue_id") },
  }),
  resource({
    kind: "metric-alert",
    blueprint: "sentryAlert",
    identifier: '"metric-" + (.body.data.metric_alert.id | tostring)',
    title: ".body.data.description_title",
    properties: {
      status: ".body.action",
      rule: ".body.data.metric_alert.alert_rule.name",
      description: ".body.data.description_text",
      projects: ".body.data.metric_alert.projects",
      link: ".body.data.web_url",
      triggeredAt: ".body.data.metric_alert.date_started",
    },
  }),
  resource({
    kind: "error",
    blueprint: "sentryError",
    identifier: ".body.data.error.event_id",
    title: ".body.data.error.title",
    properties: {
      level: ".body.data.error.level",
      environment: ".body.data.error.environment",
      release: ".body.data.error.release",
      culprit: ".body.data.error.culprit",
      link: ".body.data.error.web_url",
      occurredAt: ".body.data.error.datetime",
    },
    relations: { sentryIssue: issuesOf(".body.data.error.issue_id") },
  }),
]
