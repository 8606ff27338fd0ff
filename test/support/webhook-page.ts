// What the documentation's "alternative installation via webhook" tells a person to create, and what Sentry then sends.
import { readFileSync } from "node:fs"
import type { JsonObject } from "../../src/common/json.ts"

const fixtures = new URL("../fixtures/", import.meta.url)

const text = (title: string) => ({ type: "string", title })

/** "Sentry Issue Event": the same identifier as the integration's blueprint, other properties. */
export const pageIssueBlueprint = {
  identifier: "sentryIssue",
  title: "Sentry Issue Event",
  icon: "Sentry",
  schema: {
    properties: {
      action: { ...text("Action"), enum: ["created", "resolved", "assigned", "ignored"] },
      level: { ...text("Level"), enum: ["error", "info", "fatal", "warning", "debug", "sample"] },
      platform: text("Platform"),
      status: text("Status"),
      projectID: text("Project ID"),
    },
    required: [],
  },
  relations: {},
}

export const pageCommentBlueprint = {
  identifier: "sentryComment",
  title: "Sentry Comment Event",
  icon: "Sentry",
  schema: {
    properties: {
      action: { ...text("Action"), enum: ["created", "updated", "deleted"] },
      comment: text("Comment"),
      project: text("Project"),
      issue_id: text("Issue ID"),
      timestamp: { ...text("Timestamp"), format: "date-time" },
    },
    required: [],
  },
  relations: { sentryIssue: { title: "Issue", target: "sentryIssue", required: false, many: false } },
}

/** As the page has it: everything of `security` but the secret, which Sentry tells later. */
export function pageWebhook(kind: "issue" | "comment"): JsonObject {
  const name = kind === "issue" ? "Issue" : "Comment"
  return {
    identifier: `sentry_${kind}_mapper`,
    title: `Sentry ${kind} mapper`,
    description: `A webhook configuration to map Sentry ${name}s to Port`,
    icon: "Sentry",
    enabled: true,
    mappings: readFixture(`seed/webhook/derived.mapping.sentry${name}.json`) as JsonObject[],
    security: { signatureHeaderName: "sentry-hook-signature", signatureAlgorithm: "sha256" },
  }
}

export interface SentryDelivery {
  file: string
  headers: Record<string, string>
  rawBody: string
}

/** What the app of the fixtures sends, its bytes and its secret as recorded. */
export function sentryApp(): { clientSecret: string; delivery(file: string): SentryDelivery } {
  const { clientSecret, deliveries } = readFixture("sentry/webhooks/_deliveries.json") as {
    clientSecret: string
    deliveries: SentryDelivery[]
  }
  return {
    clientSecret,
    delivery(file) {
      const found = deliveries.find((one) => one.file === file)
      if (!found) throw new Error(`no delivery ${file}`)
      return found
    },
  }
}

export function readFixture(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, fixtures), "utf8"))
}
