// The figures of a live scenario, one a line: ours, the original's, and what is aimed at.
import type { LiveMeasured } from "./run-live.ts"
import type { LiveScenario } from "./scenarios.ts"

export interface LiveFigures {
  acknowledged: number
  notAcknowledged: number
  ackP50Ms: number
  ackP99Ms: number
  diskP50Ms: number
  diskP99Ms: number
  toEntityP50Ms: number
  toEntityP95Ms: number
  wallSeconds: number
  sentryRequests: number
  portRequests: number
  cpuMsPerEvent: number
  pssMegabytes: number
  missing: number
}

export function liveFigures(measured: LiveMeasured): LiveFigures {
  const acks = measured.acknowledged.filter(({ status }) => status === 200).map(({ ms }) => ms)
  return {
    acknowledged: acks.length,
    notAcknowledged: measured.events - acks.length,
    ackP50Ms: quantile(acks, 0.5),
    ackP99Ms: quantile(acks, 0.99),
    diskP50Ms: quantile(measured.diskMs, 0.5),
    diskP99Ms: quantile(measured.diskMs, 0.99),
    toEntityP50Ms: quantile(measured.toEntityMs, 0.5),
    toEntityP95Ms: quantile(measured.toEntityMs, 0.95),
    wallSeconds: measured.wallSeconds,
    sentryRequests: measured.sentryRequests,
    portRequests: measured.portRequests,
    cpuMsPerEvent: measured.cpuMs / measured.events,
    pssMegabytes: measured.pssMegabytes,
    missing: measured.missing.length,
  }
}

/** One line, with the original's figure in parentheses where there is one. */
export function describeLive({ name, title, original }: LiveScenario, figures: LiveFigures): string {
  const beside = (figure: number | undefined, unit: string) =>
    figure === undefined ? "" : ` (the original ${figure}${unit})`
  const lines = [
    `${title}  (--only ${name})`,
    `  answered with 200       ${figures.acknowledged}, otherwise ${figures.notAcknowledged}; after p50 ${figures.ackP50Ms.toFixed(1)} ms, p99 ${figures.ackP99Ms.toFixed(1)} ms`,
    `  a small write to disk   p50 ${figures.diskP50Ms.toFixed(1)} ms, p99 ${figures.diskP99Ms.toFixed(1)} ms (this machine's disk meanwhile)`,
    `  event → entity          p50 ${figures.toEntityP50Ms.toFixed(0)} ms${beside(original.toEntityP50Ms, " ms")}, p95 ${figures.toEntityP95Ms.toFixed(0)} ms${beside(original.toEntityP95Ms, " ms")}`,
    `  all in the catalog      after ${figures.wallSeconds.toFixed(1)} s${beside(original.wallSeconds, " s")}; missing: ${figures.missing}`,
    `  requests                to Sentry ${figures.sentryRequests}, to Port ${figures.portRequests}`,
    `  CPU of an event         ${figures.cpuMsPerEvent.toFixed(1)} ms${beside(original.cpuMsPerEvent, " ms")}`,
    `  memory after it (PSS)   ${figures.pssMegabytes.toFixed(0)} MB`,
  ]
  return `${lines.join("\n")}\n`
}

/** What `--check` holds: nothing is lost, and the requests are few. */
export function liveExcesses({ name, most }: LiveScenario, figures: LiveFigures): string[] {
  const held: [what: string, figure: number, limit: number][] = [
    ["requests to Sentry", figures.sentryRequests, most.sentryRequests],
    ["issues without their last change", figures.missing, 0],
    ["events not acknowledged", figures.notAcknowledged, 0],
  ]
  return held.flatMap(([what, figure, limit]) =>
    figure > limit ? [`${name}: ${figure} ${what}, more than ${limit}`] : [],
  )
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
