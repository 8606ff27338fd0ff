// The end of a process whose run does not end: Port hears that it was aborted, and nobody waits for ever.
import { errorText } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { IntegrationsApi } from "../port/integrations-api.ts"

/** How long Port may take to hear it. */
const lastWordMs = 2_000

/** Resolves when all of the work has ended, or after `ms`; whether it has. Work that fails has ended, too. */
export async function endWithin(
  ms: number,
  clock: Clock,
  work: readonly Promise<unknown>[],
): Promise<boolean> {
  const enough = new AbortController()
  const ended = Promise.allSettled(work).then(() => true)
  const tooLate = clock.sleep(ms, enough.signal).then(
    () => false,
    () => true, // the work was quicker
  )
  const inTime = await Promise.race([ended, tooLate])
  enough.abort()
  return inTime
}

/** For a run that is given up before it could report its own end. */
export async function reportGivenUp(
  integration: Pick<IntegrationsApi, "reportState">,
  log: Logger,
): Promise<void> {
  const state = { status: "aborted", lastResyncEnd: new Date().toISOString() } as const
  try {
    await integration.reportState(state, AbortSignal.timeout(lastWordMs))
  } catch (error) {
    log.warn({ error: errorText(error) }, "Port did not hear that the resync was aborted")
  }
}
