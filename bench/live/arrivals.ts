// When changes arrived in the catalog: by the writes that a proxy saw answered.
import type { Written } from "../counting-proxy.ts"
import type { Changed } from "./sentry-orders.ts"

export interface Arrival {
  issue: string
  /** Milliseconds since the epoch. */
  at: number
  /** Since the issue's last change. */
  ms: number
}

/** Of each issue that changed: its first write that was begun after its last change and shows it. */
export function arrivalsOf(changed: readonly Changed[], written: readonly Written[]): Arrival[] {
  const writes = Map.groupBy(written, ({ identifier }) => identifier)
  return [...lastChanges(changed)].flatMap(([issue, at]) => {
    const first = writes
      .get(issue)
      ?.find(({ asked, properties }) => asked >= at && properties.status === "resolved")
    return first ? [{ issue, at: first.answered, ms: first.answered - at }] : []
  })
}

/** Issues whose last write, if any, does not show their last change. */
export function missingOf(changed: readonly Changed[], written: readonly Written[]): string[] {
  const latest = new Map(written.map((one) => [one.identifier, one.properties.status]))
  return [...lastChanges(changed).keys()].filter((issue) => latest.get(issue) !== "resolved")
}

function lastChanges(changed: readonly Changed[]): Map<string, number> {
  return new Map(changed.map(({ issue, at }) => [issue, at]))
}
