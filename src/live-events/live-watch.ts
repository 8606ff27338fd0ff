// The event log as a resync sees it.
import type { Clock } from "../common/sleep.ts"
import type { LiveWatch } from "../resync/live-watch.ts"
import type { EventLog } from "./event-log.ts"
import type { NewEvent, WebhookProtocol } from "./live-event.ts"

export function createLiveWatch(deps: { log: EventLog; protocol: WebhookProtocol; clock: Clock }): LiveWatch {
  const { log, protocol, clock } = deps
  return {
    keyOf: protocol.keyOf,
    touchedSince: (since) => log.touchedSince(since.getTime()),
    async readAgain(keys) {
      await log.append(keys.flatMap((key) => ownHint(protocol, key, clock.now()) ?? []))
    },
  }
}

/** An event that nobody sent: the program itself wants an object read. */
export function ownHint(protocol: WebhookProtocol, key: string, now: number): NewEvent | undefined {
  const hint = protocol.hint(key)
  if (!hint) return undefined
  const { name, body } = hint
  return {
    requestId: undefined,
    name,
    key,
    trusted: false,
    path: "",
    headers: {},
    body: JSON.stringify(body),
    receivedAt: now,
  }
}
