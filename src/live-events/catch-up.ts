// After a time without us: what happened meanwhile, as far as the third party can tell, is read before normal work goes on.
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { ObjectLookUp } from "../resync/kind.ts"
import type { EventLog } from "./event-log.ts"
import type { WebhookProtocol } from "./live-event.ts"
import { ownHint } from "./live-watch.ts"

export interface CatchUpDeps {
  log: Pick<EventLog, "append">
  protocol: WebhookProtocol
  open(): ObjectLookUp | undefined
  logger: Logger
  clock: Clock
}

/** What happened is visible to searches seconds to minutes late. */
const overlapMs = 5 * 60_000

/** Answers how many objects will be read again, and whether all that were active could be listed. */
export async function catchUp(
  deps: CatchUpDeps,
  since: Date,
  signal: AbortSignal,
): Promise<{ objects: number; complete: boolean }> {
  const objects = deps.open()
  let count = 0
  if (!objects) return { objects: 0, complete: true }
  for await (const page of objects.activeSince(new Date(since.getTime() - overlapMs), signal)) {
    if (!page.ok) {
      deps.logger.warn(
        { reason: page.reason },
        "Not all that happened meanwhile could be listed; the next resync reads it",
      )
      return { objects: count, complete: false }
    }
    const keys = page.origins.flatMap(({ id }) => deps.protocol.keyOf(objects.kinds[0] ?? "", id) ?? [])
    await deps.log.append(keys.flatMap((key) => ownHint(deps.protocol, key, deps.clock.now()) ?? []))
    count += keys.length
  }
  deps.logger.info({ since: since.toISOString(), objects: count }, "Caught up with what happened meanwhile")
  return { objects: count, complete: true }
}
