// Settings of the embedded catalog.
import { z } from "zod"
import { flag, integer, url } from "./setting.ts"

export const catalogSettings = {
  catalog: z
    .object({
      publicUrl: url(
        "Address at which senders of webhooks reach the embedded catalog: the `url` of a webhook data source begins with it. " +
          "Unset: the address that the request for the data source came to.",
        { emptyIsUnset: true },
      ).optional(),
      bareWebhookPaths: flag(
        "Take events of webhook data sources at `/<webhookKey>` too, as Port's own ingest host does, beside `/ingest/<webhookKey>`.",
      ).default(false),
      auditLogDays: integer(
        "For so many days the embedded catalog keeps who wrote what, with how it was before (`GET /v1/audit-log`).",
        { min: 1, max: 3650 },
      ).default(30),
    })
    .prefault({}),
}
