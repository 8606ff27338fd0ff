// Asks the catalog at an interval whether somebody wants a resync: a person's request, or a changed mapping.
import { errorText, isAbort } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { IntegrationsApi } from "../port/integrations-api.ts"
import type { Trigger } from "../resync/run-record.ts"

export interface PollingDeps {
  integration: Pick<IntegrationsApi, "get" | "resyncRequest">
  onTrigger(trigger: Trigger): void
  intervalMs: number
  /** Whether to resync at the start without being asked. */
  resyncOnStart: boolean
  log: Logger
  clock: Clock
}

/** Runs until the signal fires. A question that fails is asked again at the next interval. */
export async function pollForResyncs(deps: PollingDeps, signal: AbortSignal): Promise<void> {
  // What stands at the start was meant for an earlier run, or is answered by the resync that begins now.
  const newerRequest = watchRequests(deps, await tryAsk(deps, signal))
  if (deps.resyncOnStart) deps.onTrigger("start")
  while (!signal.aborted) {
    await deps.clock.sleep(deps.intervalMs, signal).catch(() => undefined)
    if (signal.aborted) return
    const state = await tryAsk(deps, signal)
    if (state && newerRequest(state)) deps.onTrigger("request")
  }
}

/** What the catalog said: when a resync was last asked for, and by which of its routes we know. */
interface Asked {
  by: "request" | "record"
  /** Milliseconds since the epoch; 0 for never. */
  at: number
}

async function tryAsk(deps: PollingDeps, signal: AbortSignal): Promise<Asked | undefined> {
  try {
    return await ask(deps, signal)
  } catch (error) {
    if (!isAbort(error))
      deps.log.warn({ error: errorText(error) }, "Could not ask for resync requests; asked again later")
    return undefined
  }
}

/** Catalogs without the request route change the record instead; our own writes of the resync state do not count. */
async function ask({ integration }: PollingDeps, signal: AbortSignal): Promise<Asked> {
  const request = await integration.resyncRequest(signal)
  if (request !== "unsupported") return { by: "request", at: request?.getTime() ?? 0 }
  const record = await integration.get(signal)
  const own = record?.resyncState?.updatedAt
  const at = record?.updatedAt && record.updatedAt !== own ? Date.parse(record.updatedAt) : 0
  return { by: "record", at: Number.isNaN(at) ? 0 : at }
}

/** Whether a request is newer than all before it. */
function watchRequests(deps: PollingDeps, first: Asked | undefined): (asked: Asked) => boolean {
  let baseline = first?.at ?? deps.clock.now()
  return ({ at }) => {
    if (at <= baseline) return false
    baseline = at
    return true
  }
}
