// Since when an incremental read must look: the beginning of the last run that read all it should, as Port has it. So the
// state is where every process finds it, with or without a database.
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { IntegrationsApi } from "../port/integrations-api.ts"

/** What happens is visible to searches seconds to minutes late, and clocks differ. */
const overlapMs = 5 * 60_000
/** Looked back where no run has completed, or that was longer ago: what is older is a full resync's to find. */
const longestMs = 24 * 3_600_000

/** Throws where Port does not answer. */
export async function lastRead(
  { integration, clock, log }: { integration: Pick<IntegrationsApi, "get">; clock: Clock; log: Logger },
  signal: AbortSignal,
): Promise<Date> {
  const state = (await integration.get(signal))?.resyncState
  const began = state?.status === "completed" ? Date.parse(state.lastResyncStart ?? "") : Number.NaN
  const earliest = clock.now() - longestMs
  if (Number.isNaN(began) || began < earliest) {
    log.warn(
      { since: new Date(earliest).toISOString() },
      "No completed run of the last day is known; a day is read",
    )
    return new Date(earliest)
  }
  return new Date(began - overlapMs)
}
