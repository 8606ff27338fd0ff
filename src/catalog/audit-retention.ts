// How long the audit log is kept. Old writes are dropped by newer ones: a catalog at rest needs no clockwork.
import type { Kysely } from "kysely"
import type { Clock } from "../common/sleep.ts"
import { forgetAudits } from "./store/audits.ts"
import type { CatalogTables } from "./store/tables.ts"

const hour = 60 * 60 * 1000
export const defaultAuditDays = 30

export function auditRetention(days: number, clock: Clock): (tx: Kysely<CatalogTables>) => Promise<void> {
  let due = 0
  return async (tx) => {
    const now = clock.now()
    if (now < due) return
    const mayBeMore = await forgetAudits(tx, now - days * 24 * hour)
    due = mayBeMore ? now : now + hour
  }
}
