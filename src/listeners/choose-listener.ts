// Which listener the settings choose, and what it is able to do.
import { type KafkaDeps, type KafkaSettings, listenToKafka } from "./kafka.ts"
import { type Listen, untilStopped } from "./listener.ts"
import { pollForResyncs } from "./polling.ts"
import { listenForCalls } from "./webhook.ts"

/** Of the settings, what chooses and shapes a listener. Spans are in seconds. */
export interface ListenerSettings extends KafkaSettings {
  type: "POLLING" | "KAFKA" | "WEBHOOK" | "ONCE" | "WEBHOOKS_ONLY" | "ACTIONS_ONLY"
  interval: number
  resyncOnStart: boolean
  shouldResync?: boolean | undefined
}

/** Whether anything starts a resync: the listener, a timer, a person. By type, unless the switch says otherwise. */
export function mayResync({ type, shouldResync }: ListenerSettings): boolean {
  return shouldResync ?? (type !== "WEBHOOKS_ONLY" && type !== "ACTIONS_ONLY")
}

/** The listener of a process that goes on running; a single run (`ONCE`) needs none. */
export function chooseListener(settings: ListenerSettings, deps: Omit<KafkaDeps, "settings">): Listen {
  if (!mayResync(settings)) return untilStopped
  switch (settings.type) {
    case "POLLING":
      return (signal) =>
        pollForResyncs(
          {
            integration: deps.port.integration,
            onTrigger: deps.onTrigger,
            intervalMs: settings.interval * 1_000,
            resyncOnStart: settings.resyncOnStart,
            log: deps.log,
            clock: deps.clock,
          },
          signal,
        )
    case "KAFKA":
      return (signal) => listenToKafka({ ...deps, settings }, signal)
    case "WEBHOOK":
      return (signal) => listenForCalls(deps, signal)
    default:
      return untilStopped
  }
}
