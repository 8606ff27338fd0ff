// The embedded catalog as a part of the process: its database, its routes, and credentials for the integration.
import type { Hono } from "hono"
import { createCatalog } from "../catalog/app.ts"
import { ensureCredentials } from "../catalog/credentials.ts"
import { openIngest } from "../catalog/ingest/ingest.ts"
import type { Logger } from "../common/logger.ts"
import type { AskVisitor } from "../common/visitor.ts"
import type { Database } from "../database/database.ts"
import { createJq } from "../mapping/create-jq.ts"
import type { Jq } from "../mapping/jq.ts"

export interface CatalogPart {
  routes: Hono
  clientId: string
  clientSecret: string
}

interface PartDeps {
  database: Database
  log: Logger
  /** What is opened ends with these. */
  parts: AsyncDisposableStack
  /** Default true. */
  jqFastPath?: boolean
  /** Who asks without a token; absent where there are no pages. */
  askVisitor?: AskVisitor | undefined
}

/** Port's expressions see no environment, so this is not the integration's engine. It starts with its first use. */
function openJq({ log, parts, jqFastPath = true }: PartDeps): Jq {
  return parts.adopt(createJq({ log, fastPath: jqFastPath }), (one) => one.close())
}

/** `publicUrl`: where senders of webhooks reach it; undefined means where a request came to. */
export async function openCatalog(
  deps: PartDeps,
  { publicUrl, auditLogDays }: { publicUrl?: string | undefined; auditLogDays: number },
): Promise<CatalogPart> {
  const { database, log, askVisitor } = deps
  const jq = openJq(deps)
  const credentials = await ensureCredentials(database)
  const ingestUrl = publicUrl === undefined ? {} : { ingestUrl: publicUrl }
  return {
    routes: await createCatalog({
      ...{ database, log, jq, credentials, askVisitor },
      auditDays: auditLogDays,
      ...ingestUrl,
    }),
    ...credentials,
  }
}

/** The routes that receive events of webhook data sources; the worker behind them ends with `parts`. */
export async function openWebhooks(
  deps: PartDeps,
  { bareWebhookPaths }: { bareWebhookPaths: boolean },
): Promise<Hono> {
  const { database, log, parts } = deps
  const ingest = await openIngest({ database, log, jq: openJq(deps), bareKeys: bareWebhookPaths })
  return parts.adopt(ingest, (one) => one.close()).routes
}
