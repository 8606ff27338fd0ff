// The steps of the catalog's tables, in order.
import type { MigrationStep } from "../../database/migrate.ts"
import { catalogTables } from "./0001-tables.ts"
import { integrationTables } from "./0002-integrations.ts"
import { documentTables } from "./0003-documents.ts"
import { webhookTables } from "./0004-webhooks.ts"
import { auditTables } from "./0005-audit.ts"
import { searchIndexes } from "./0006-search-indexes.ts"
import { entityWords } from "./0007-entity-words.ts"
import { auditResync } from "./0008-audit-resync.ts"
import { roomForUpdates } from "./0009-room-for-updates.ts"

export const catalogSteps: readonly MigrationStep[] = [
  catalogTables,
  integrationTables,
  documentTables,
  webhookTables,
  auditTables,
  searchIndexes,
  entityWords,
  auditResync,
  roomForUpdates,
]
