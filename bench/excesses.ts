// What of a measured run is over the bounds of its scenario.
import type { Measured } from "./measure.ts"
import type { Scenario } from "./scenarios.ts"

/** What `--check` finds over its bounds, in sentences. */
export function excessesOf({ scenario, runs }: { scenario: Scenario; runs: Measured[] }): string[] {
  const [first, ...further] = runs
  const excesses = runs.flatMap((run, at) => overLimits(scenario, run, at > 0))
  if (first && first.port.entitiesSent < scenario.projects * scenario.issuesPerProject) {
    excesses.push(`${scenario.name}: only ${first.port.entitiesSent} entities sent in the first run`)
  }
  excesses.push(...runs.flatMap((run) => overWhatIsAllowed(scenario, run)))
  for (const { port } of further) {
    const written = port.entitiesSent + port.entitiesDeleted
    if (written > 0) excesses.push(`${scenario.name}: ${written} entities written though nothing had changed`)
  }
  return excesses
}

/** Under Sentry's limits a run is as fast as they let it, and is hardly ever refused. */
function overWhatIsAllowed({ name, limits }: Scenario, { limits: figures, sentry }: Measured): string[] {
  if (!limits || !figures) return []
  const { seconds, demandedSeconds, refused } = figures
  const times = demandedSeconds > 0 ? seconds / demandedSeconds : 0
  return [
    ...(times > limits.mostTimes
      ? [`${name}: ${times.toFixed(2)} times what the limits demand, more than ${limits.mostTimes}`]
      : []),
    ...(refused > limits.mostRefused * sentry.requests
      ? [`${name}: ${refused} requests refused, more than ${limits.mostRefused * 100} %`]
      : []),
  ]
}

function overLimits({ name, most }: Scenario, run: Measured, unchanged: boolean): string[] {
  if (!most) return []
  const held: [what: string, figure: number, limit: number][] = [
    ["requests to Sentry", run.sentry.requests, (unchanged && most.unchangedRequests) || most.sentryRequests],
    [
      "requests to Port",
      run.port.requests,
      (unchanged && most.unchangedPortRequests) || most.portRequests || Number.POSITIVE_INFINITY,
    ],
    ["CPU seconds", run.cpuSeconds, most.cpuSeconds],
    ["MB of memory (PSS)", run.peakPssMegabytes, most.pssMegabytes],
  ]
  return held.flatMap(([what, figure, limit]) =>
    figure > limit ? [`${name}: ${Number(figure.toFixed(1))} ${what}, more than ${limit}`] : [],
  )
}
