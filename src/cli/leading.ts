// What several processes of one installation agree on through their database: who starts resyncs, and that there is one at
// a time.
import type { Logger } from "../common/logger.ts"
import { systemClock } from "../common/sleep.ts"
import type { Database } from "../database/database.ts"
import { createLeader, type Leader } from "../database/leader.ts"
import { leaseIdentity } from "../database/lease-identity.ts"
import { openLeases } from "../database/leases.ts"
import { createLeasedResyncs, type LeasedResyncs } from "../resync/leased-resync.ts"
import { openResyncDuty, type ResyncDuty } from "../resync/resync-duty.ts"

export interface Leading {
  leader: Leader
  duty: ResyncDuty
  resyncs: LeasedResyncs
}

export async function openLeading(
  database: Database,
  { integration, ttlMs, log }: { integration: string; ttlMs: number; log: Logger },
): Promise<Leading> {
  const identity = leaseIdentity()
  const leases = await openLeases(database, identity.isGone)
  const leader = createLeader({ leases, holder: identity.id, ttlMs, clock: systemClock, log })
  const duty = await openResyncDuty(database, integration)
  return { leader, duty, resyncs: createLeasedResyncs({ leader, duty, database, integration, log }) }
}
