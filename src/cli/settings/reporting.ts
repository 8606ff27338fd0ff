// What is told to Port, and to a webhook, beside the entities: logs, and how each resync gets on.
import { z } from "zod"
import { flag, integer, url } from "./setting.ts"

export const reportingSettings = {
  application: z
    .object({
      enableHttpLogging: flag(
        "Ship logs to Port, in batches and beside the work; its event log page shows them. Secrets are hidden in messages and fields.",
        { variable: "APPLICATION__ENABLE_HTTP_LOGGING" },
      ).default(true),
    })
    .prefault({}),
  statusHeartbeatIntervalSeconds: integer("Seconds between two signs of life sent to Port during a resync.", {
    min: 1,
  }).default(10),
  metrics: z
    .object({
      enabled: flag(
        "Send the metrics of each kind to the webhook too. `/metrics` is always there, and Port is always told.",
      ).default(false),
      webhookUrl: url("Where they are sent: one message of JSON for each change of a kind.", {
        secret: "password",
        emptyIsUnset: true,
      }).optional(),
    })
    .prefault({}),
}
