// Objects of which no event tells: deleted, merged, unassigned. All known ones are asked for by id, many in a request,
// and those that are gone or look otherwise than last time are read again as after an event.
import { batches } from "../common/concurrency.ts"
import { digestOf } from "../common/digest.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { ObjectLookUp, Origin } from "../resync/kind.ts"
import type { ObjectStates } from "../resync/object-states.ts"
import type { OriginStore } from "../resync/origin-store.ts"
import type { EventLog } from "./event-log.ts"
import type { WebhookProtocol } from "./live-event.ts"
import { ownHint } from "./live-watch.ts"

export interface KnownCheckDeps {
  origins: Pick<OriginStore, "objectsOf">
  states: ObjectStates
  log: Pick<EventLog, "append">
  protocol: WebhookProtocol
  /** Opened anew for each check. */
  open(): ObjectLookUp | undefined
  logger: Logger
  clock: Clock
}

export interface KnownCheck {
  checked: number
  /** Gone, merged, or otherwise than when last seen: to be read again. */
  changed: number
  /** Of these nothing could be learned. */
  unknown: number
}

const idsPerRequest = 100

export async function checkKnownObjects(deps: KnownCheckDeps, signal: AbortSignal): Promise<KnownCheck> {
  const lookUp = deps.open()
  const check: KnownCheck = { checked: 0, changed: 0, unknown: 0 }
  if (!lookUp) return check
  for (const group of batches(distinct(await deps.origins.objectsOf(lookUp.kinds)), idsPerRequest)) {
    signal.throwIfAborted()
    const { gone, states } = await lookAt(deps, { lookUp, group, check, signal })
    const keys = [...gone, ...(await deps.states.changed(states))]
    // Remembered only when it is sure that they will be read: a kill in between must not hide a change for good.
    await deps.log.append(keys.flatMap((key) => ownHint(deps.protocol, key, deps.clock.now()) ?? []))
    await deps.states.note(states)
    await deps.states.forget(gone)
    check.changed += keys.length
  }
  deps.logger.info({ ...check }, "Known objects checked")
  return check
}

async function lookAt(
  deps: KnownCheckDeps,
  {
    lookUp,
    group,
    check,
    signal,
  }: { lookUp: ObjectLookUp; group: Origin[]; check: KnownCheck; signal: AbortSignal },
): Promise<{ gone: string[]; states: Map<string, string> }> {
  const keyOf = (id: string) => deps.protocol.keyOf(lookUp.kinds[0] ?? "", id) ?? ""
  const gone: string[] = []
  const states = new Map<string, string>()
  for (const verdict of await lookUp.lookUp(group, signal)) {
    check.checked++
    const key = keyOf(verdict.origin.id)
    if (verdict.state === "unknown") check.unknown++
    else if (verdict.state === "gone") gone.push(key)
    else states.set(key, digestOf(lookUp.stateOf(verdict.item.raw)))
  }
  return { gone, states }
}

/** An issue may have been recorded under two projects, when it or its project moved. */
function distinct(origins: readonly Origin[]): Origin[] {
  return [...new Map(origins.map((origin) => [origin.id, origin])).values()]
}
