// Processes that make a resync together, as far as they are code of ours: each with leases and helper of its own, on one
// database, all in the process of the test.
import { onTestFinished } from "vitest"
import { systemClock } from "../../src/common/sleep.ts"
import type { Database } from "../../src/database/database.ts"
import { createLeader } from "../../src/database/leader.ts"
import { openLeases } from "../../src/database/leases.ts"
import { createLeasedResyncs, type LeasedResyncs } from "../../src/resync/leased-resync.ts"
import { openResyncDuty } from "../../src/resync/resync-duty.ts"
import type { RunRecord } from "../../src/resync/run-record.ts"
import { type ResyncDeps, runResync } from "../../src/resync/run-resync.ts"
import { helpResyncs } from "../../src/resync/split/help-resyncs.ts"
import { openSplitting, type Splitting } from "../../src/resync/split/splitting.ts"

export interface Member {
  splitting: Splitting
  resyncs: LeasedResyncs
  /** One full resync, led by this one. */
  resync(signal?: AbortSignal): Promise<RunRecord>
  /** From now on it helps, until it is stopped or the test ends. Resolves when others can see it. */
  help(): Promise<{ stop(): Promise<void> }>
}

export interface MemberOptions {
  name: string
  database: Database
  deps: ResyncDeps
  integration?: string
  version?: string
  isOn?: boolean
  ttlMs?: number
}

export async function createMember(options: MemberOptions): Promise<Member> {
  const {
    name,
    database,
    deps,
    integration = "my-sentry",
    version = "1",
    isOn = true,
    ttlMs = 5_000,
  } = options
  const isGone = () => false
  const leases = await openLeases(database, isGone)
  const { log } = deps
  const leader = createLeader({ leases, holder: name, ttlMs, clock: systemClock, log })
  const identity = { id: name, isGone }
  const splitting = await openSplitting({
    isOn,
    leases,
    leader,
    database,
    integration,
    identity,
    version,
    ttlMs,
  })
  const duty = await openResyncDuty(database, integration)
  const resyncs = createLeasedResyncs({ leader, duty, database, integration, splitting, log })
  return {
    splitting,
    resyncs,
    async resync(signal = new AbortController().signal) {
      const lease = await resyncs.begin({ trigger: "once", isPartial: false }, signal)
      const record = await runResync(lease.guarded(deps), "once", lease.signal)
      await lease.end(record)
      return record
    },
    async help() {
      const over = new AbortController()
      const helping = helpResyncs(splitting, deps, over.signal)
      const stop = async () => {
        over.abort()
        await helping
      }
      onTestFinished(stop)
      while (!(await splitting.store.helpers(version)).includes(name)) await systemClock.sleep(20)
      return { stop }
    },
  }
}
