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
import { openSplitting, type Splitting, type SplittingOptions } from "../resync/split/splitting.ts"

export interface Leading {
  leader: Leader
  duty: ResyncDuty
  resyncs: LeasedResyncs
  /** Where several processes can make one resync. */
  splitting: Splitting | undefined
}

export async function openLeading(
  database: Database,
  {
    integration,
    ttlMs,
    split,
    log,
  }: {
    integration: string
    ttlMs: number
    /** Left out where no other process can share the database. */
    split?: Pick<SplittingOptions, "isOn" | "version">
    log: Logger
  },
): Promise<Leading> {
  const identity = leaseIdentity()
  const leases = await openLeases(database, identity.isGone)
  const leader = createLeader({ leases, holder: identity.id, ttlMs, clock: systemClock, log })
  const duty = await openResyncDuty(database, integration)
  const splitting =
    split && (await openSplitting({ ...split, leases, leader, database, integration, identity, ttlMs }))
  const resyncs = createLeasedResyncs({
    leader,
    duty,
    database,
    integration,
    ...(splitting ? { splitting } : {}),
    log,
  })
  return { leader, duty, resyncs, splitting }
}
